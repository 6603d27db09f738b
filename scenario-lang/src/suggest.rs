//! Suggestions: the nearest of the names that would have been right.

/// Sets of up to this many names are listed in full.
const LISTED: usize = 6;

/// Nothing is near a word longer than this, in bytes; it also bounds the work.
const LONGEST: usize = 80;

/// Advice for an unknown `word`: the nearest of `known`, or all of them where they are few.
pub(crate) fn advice<S: AsRef<str>>(word: &str, known: &[S], noun: &str) -> Option<String> {
    if let Some(near) = nearest(word, known) {
        return Some(format!("a similar {noun} exists: `{near}`"));
    }
    match known {
        [] => None,
        [only] => Some(format!("the only {noun} here is `{}`", only.as_ref())),
        _ if known.len() <= LISTED => Some(format!(
            "known here: {}",
            listed(known.iter().map(|name| format!("`{}`", name.as_ref())), "and")
        )),
        _ => None,
    }
}

/// The nearest of `known`: no more than a third of the word (at least one letter) may differ; of equals, the first.
pub(crate) fn nearest<'a, S: AsRef<str>>(word: &str, known: &'a [S]) -> Option<&'a str> {
    if word.len() > LONGEST {
        return None;
    }
    let reach = (word.chars().count() / 3).max(1);
    let best = known.iter().map(|name| (distance(word, name.as_ref()), name.as_ref()));
    best.filter(|(distance, _)| *distance <= reach)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// `a, b and c`.
pub(crate) fn listed(items: impl IntoIterator<Item = String>, last: &str) -> String {
    let mut items: Vec<String> = items.into_iter().collect();
    match items.pop() {
        None => String::new(),
        Some(end) if items.is_empty() => end,
        Some(end) => format!("{} {last} {end}", items.join(", ")),
    }
}

/// Edits between two words, where swapping two neighbours is one (optimal string alignment); case costs nothing.
fn distance(a: &str, b: &str) -> usize {
    let a: Vec<char> = a.to_lowercase().chars().collect();
    let b: Vec<char> = b.to_lowercase().chars().collect();
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for i in 0..=a.len() {
        for j in 0..=b.len() {
            rows[i][j] = if i == 0 || j == 0 {
                i + j
            } else {
                let change = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                let mut least = change.min(rows[i - 1][j] + 1).min(rows[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    least = least.min(rows[i - 2][j - 2] + 1);
                }
                least
            };
        }
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_counts_edits_and_swaps() {
        for (a, b, edits) in
            [("ramp", "rmap", 1), ("hold", "hold", 0), ("", "abc", 3), ("kitten", "sitting", 3)]
        {
            assert_eq!(distance(a, b), edits, "{a} to {b}");
        }
    }

    #[test]
    fn the_nearest_wins_and_far_words_do_not() {
        let known = ["hold", "ramp", "spike"];
        assert_eq!(nearest("rmap", &known), Some("ramp"));
        assert_eq!(nearest("stages", &known), None);
        assert_eq!(
            advice("stages", &known, "shape").as_deref(),
            Some("known here: `hold`, `ramp` and `spike`")
        );
    }
}
