//! Load, faults, alerts and pages on one time axis.

use super::axis::Axis;
use super::ink::{Ink, Page, columns, cut, pad};
use crate::episodes::{Episode, State};
use crate::journal::{Journal, Notification, TrafficSlice};
use crate::readable::{count, counted, duration_ns, number};

/// Names longer than this are cut.
const NAME_COLUMNS: usize = 26;
/// Fewer columns of time than this are not worth a note at their right.
const FEWEST_COLUMNS: usize = 24;

/// One row: a name, a cell for each column, and a note.
struct Row {
    name: String,
    cells: Vec<(char, Ink)>,
    note: String,
}

pub(super) fn write(journal: &Journal, page: &mut Page) {
    // The notes need no axis, so that the room they take is known before it is laid out.
    let draft = rows(journal, Axis { duration_ns: journal.header.duration_ns, columns: 1 });
    let widest = |text: fn(&Row) -> &str| draft.iter().map(|row| columns(text(row))).max().unwrap_or(0);
    let names = widest(|row| &row.name).min(NAME_COLUMNS);
    let notes = widest(|row| &row.note);
    let room = page.width().saturating_sub(names + 2);
    let with_notes = room > notes + 2 + FEWEST_COLUMNS;
    let axis = Axis {
        duration_ns: journal.header.duration_ns,
        columns: if with_notes { room - notes - 2 } else { room.max(FEWEST_COLUMNS) },
    };
    page.gap();
    for row in rows(journal, axis) {
        let name = pad(&cut(&row.name, names), names + 2);
        let mut pieces: Vec<(String, Ink)> = vec![(name, Ink::Plain)];
        for (cell, ink) in row.cells {
            match pieces.last_mut() {
                Some((text, last)) if *last == ink => text.push(cell),
                _ => pieces.push((cell.to_string(), ink)),
            }
        }
        if with_notes {
            pieces.push((format!("  {}", row.note), Ink::Dim));
        }
        page.line(&pieces.iter().map(|(text, ink)| (text.as_str(), *ink)).collect::<Vec<_>>());
    }
    let margin = " ".repeat(names + 2);
    let (ruler, labels) = axis.ticks();
    page.line(&[(&margin, Ink::Plain), (&ruler, Ink::Dim)]);
    page.line(&[(&margin, Ink::Plain), (&labels, Ink::Dim)]);
}

fn rows(journal: &Journal, axis: Axis) -> Vec<Row> {
    let load = |name, value: fn(&TrafficSlice) -> u64, ink, total| Row {
        cells: blocks(&journal.traffic, value, axis, ink),
        note: format!("peak {}/s{total}", number(peak(&journal.traffic, value))),
        name: String::from(name),
    };
    let errors: u64 = journal.traffic.iter().map(|slice| slice.errors).sum();
    let mut rows = Vec::new();
    if !journal.traffic.is_empty() {
        rows.push(load("load", |slice| slice.sent, Ink::Cyan, String::new()));
        rows.push(load("errors", |slice| slice.errors, Ink::Red, format!(", {} in all", count(errors))));
    }
    rows.extend(journal.plan.faults.iter().map(|fault| {
        let hit =
            journal.effects.iter().find(|effect| effect.fault == fault.name).map_or(0, |effect| effect.hit);
        let mut cells = vec![(' ', Ink::Plain); axis.columns];
        cells[axis.stretch(fault.from_ns, fault.to_ns)].fill(('▓', Ink::Yellow));
        Row { name: fault.name.clone(), cells, note: format!("{} hit", count(hit)) }
    }));
    let episodes = journal.episodes();
    rows.extend(grouped(&episodes, |episode| &episode.alert).iter().map(|alert| self::alert(alert, axis)));
    let sent = grouped(&journal.notifications, |sent| &sent.receiver);
    rows.extend(sent.iter().map(|receiver| pages(receiver, axis)));
    rows
}

/// Groups by a name, in the order in which the names first appear. No group is empty.
fn grouped<T>(all: &[T], name: impl Fn(&T) -> &String) -> Vec<(&str, Vec<&T>)> {
    let mut groups: Vec<(&str, Vec<&T>)> = Vec::new();
    for one in all {
        match groups.iter_mut().find(|(known, _)| known == name(one)) {
            Some((_, group)) => group.push(one),
            None => groups.push((name(one), vec![one])),
        }
    }
    groups
}

/// The greatest rate of any slice.
fn peak(traffic: &[TrafficSlice], value: fn(&TrafficSlice) -> u64) -> f64 {
    let rates = traffic.iter().filter(|slice| slice.to_ns > slice.from_ns).map(|slice| rate(slice, value));
    rates.fold(0.0, f64::max)
}

fn rate(slice: &TrafficSlice, value: fn(&TrafficSlice) -> u64) -> f64 {
    value(slice) as f64 / ((slice.to_ns - slice.from_ns) as f64 / 1e9)
}

/// The rate over time in eighths of the peak. What is above nothing is seen, however small.
fn blocks(
    traffic: &[TrafficSlice],
    value: fn(&TrafficSlice) -> u64,
    axis: Axis,
    ink: Ink,
) -> Vec<(char, Ink)> {
    const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let peak = peak(traffic, value);
    let cell = |column: usize| {
        let (from, to) = (axis.begin_ns(column), axis.begin_ns(column + 1));
        let shares = traffic.iter().filter(|slice| slice.to_ns > slice.from_ns).map(|slice| {
            let common = slice.to_ns.min(to) - slice.from_ns.max(from);
            rate(slice, value) * common.max(0) as f64
        });
        let level = shares.sum::<f64>() / (to - from).max(1) as f64 / peak;
        let eighth = if level > 0.0 { (level * 8.0).round().clamp(1.0, 8.0) as usize } else { 0 };
        (EIGHTHS[eighth], ink)
    };
    (0..axis.columns).map(cell).collect()
}

fn alert((name, episodes): &(&str, Vec<&Episode>), axis: Axis) -> Row {
    let mut states = vec![State::Inactive; axis.columns];
    let mut raise = |from: i64, to: i64, state: State| {
        for cell in &mut states[axis.stretch(from, to)] {
            *cell = (*cell).max(state);
        }
    };
    let end = axis.duration_ns;
    for episode in episodes {
        let to = episode.to_ns.unwrap_or(end);
        raise(episode.from_ns, episode.firing_ns.unwrap_or(to), State::Pending);
        if let Some(firing) = episode.firing_ns {
            raise(firing, to, State::Firing);
        }
    }
    let cells = states.into_iter().map(|state| match state {
        State::Inactive => ('·', Ink::Dim),
        State::Pending => ('░', Ink::Yellow),
        State::Firing => ('█', Ink::Red),
    });
    let note = match episodes.iter().find(|episode| episode.firing_ns.is_some()) {
        Some(Episode { firing_ns: Some(firing), to_ns, .. }) => {
            let length = duration_ns(to_ns.unwrap_or(end) - firing);
            format!("+{} for {length}", duration_ns(*firing))
        }
        _ => "pending only".to_owned(),
    };
    Row { name: (*name).to_owned(), cells: cells.collect(), note }
}

fn pages((receiver, sent): &(&str, Vec<&Notification>), axis: Axis) -> Row {
    let mut cells = vec![('·', Ink::Dim); axis.columns];
    // Pages are drawn last: where one column holds both, it is the page that matters.
    for firing in [false, true] {
        for notification in sent.iter().filter(|sent| sent.firing == firing) {
            let mark = match (firing, notification.repeat) {
                (true, false) => ('▲', Ink::Magenta),
                (true, true) => ('△', Ink::Magenta),
                (false, _) => ('▽', Ink::Green),
            };
            cells[axis.column(notification.at_ns)] = mark;
        }
    }
    let count = sent.iter().filter(|sent| sent.firing && !sent.repeat).count() as u64;
    Row { name: (*receiver).to_owned(), cells, note: counted(count, "page") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_instances_the_gravest_state_is_shown() {
        let episode = |from_ns, firing_ns, to_ns| Episode {
            alert: "A".to_owned(),
            labels: String::new(),
            from_ns,
            firing_ns,
            to_ns,
            value: 1.0,
        };
        let (firing, pending) = (episode(20, Some(40), Some(60)), episode(30, None, Some(80)));
        let axis = Axis { duration_ns: 100, columns: 10 };
        for order in [[&firing, &pending], [&pending, &firing]] {
            let row = alert(&("A", order.to_vec()), axis);
            assert_eq!(row.cells.iter().map(|(cell, _)| cell).collect::<String>(), "··░░██░░··");
        }
    }

    #[test]
    fn what_is_above_nothing_is_seen() {
        let slice = |from_ns, to_ns, sent| TrafficSlice { from_ns, to_ns, sent, errors: 0 };
        let traffic = [slice(0, 10, 0), slice(10, 20, 1), slice(20, 40, 1_000), slice(40, 60, 2_000)];
        let axis = Axis { duration_ns: 60, columns: 6 };
        let cells = blocks(&traffic, |slice| slice.sent, axis, Ink::Plain);
        assert_eq!(cells.iter().map(|(cell, _)| cell).collect::<String>(), " ▁▄▄██");
    }
}
