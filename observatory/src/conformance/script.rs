//! Test files as commands.

use std::str::Lines;

use super::notation::{self, Run};
use crate::series::{Labels, Sample};

pub(super) enum Command {
    Clear,
    Load(Vec<Loaded>),
    Eval(Eval),
}

/// A series and its samples; native histograms are left out.
pub(super) struct Loaded {
    pub(super) labels: Labels,
    pub(super) samples: Vec<Sample>,
    /// Whether there were any.
    pub(super) native: bool,
}

/// A query and what it must give.
#[derive(Debug, Default)]
pub(super) struct Eval {
    pub(super) query: String,
    pub(super) when: When,
    /// What its error must contain, if it must fail.
    pub(super) fails: Option<String>,
    pub(super) ordered: bool,
    /// Whether it must have warnings or infos; `None` where nothing is said.
    pub(super) warns: Option<bool>,
    pub(super) informs: Option<bool>,
    pub(super) scalar: Option<f64>,
    pub(super) text: Option<String>,
    pub(super) rows: Vec<(Labels, Vec<Option<f64>>)>,
    /// Whether it expects native histograms.
    pub(super) native: bool,
}

/// When a query is evaluated, milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    Instant(i64),
    /// From, to, step.
    Range(i64, i64, i64),
}

impl Default for When {
    fn default() -> Self {
        Self::Instant(0)
    }
}

/// The commands of a file with the numbers of their lines.
pub(super) fn parse(text: &str) -> Result<Vec<(usize, Command)>, String> {
    let mut lines = Reader { lines: text.lines(), number: 0 };
    let mut commands = Vec::new();
    while let Some(line) = lines.next() {
        let number = lines.number;
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let command = match word {
            "" => continue,
            "clear" => Ok(Command::Clear),
            "load" | "load_with_nhcb" => load(rest.trim(), &mut lines),
            _ if word.starts_with("eval") => eval(word, rest.trim(), &mut lines),
            _ => Err(format!("the command `{word}` is unknown")),
        };
        commands.push((number, command.map_err(|reason| format!("line {number}: {reason}"))?));
    }
    Ok(commands)
}

/// Lines without comments and the blanks around them.
struct Reader<'a> {
    lines: Lines<'a>,
    number: usize,
}

impl<'a> Reader<'a> {
    fn next(&mut self) -> Option<&'a str> {
        self.number += 1;
        let line = self.lines.next()?.trim();
        Some(if line.starts_with('#') { "" } else { line })
    }

    /// The lines of a command: those up to an empty one; a comment counts as empty.
    fn block(&mut self) -> impl Iterator<Item = &'a str> {
        std::iter::from_fn(|| self.next().filter(|line| !line.is_empty()))
    }
}

fn load(gap: &str, lines: &mut Reader<'_>) -> Result<Command, String> {
    let gap_ms = notation::duration(gap)?;
    let mut series = Vec::new();
    for line in lines.block() {
        let (labels, values) = notation::series(line)?;
        let Run { values, native } = notation::values(values)?;
        let samples = values
            .into_iter()
            .enumerate()
            .filter_map(|(index, value)| Some(Sample { time_ms: gap_ms * index as i64, value: value? }));
        series.push(Loaded { labels, samples: samples.collect(), native });
    }
    Ok(Command::Load(series))
}

fn eval(word: &str, rest: &str, lines: &mut Reader<'_>) -> Result<Command, String> {
    let mut eval = Eval { warns: Some(false), informs: Some(false), ..Eval::default() };
    match word.strip_prefix("eval").unwrap_or_default() {
        "" => {}
        "_fail" => eval.fails = Some(String::new()),
        "_ordered" => (eval.ordered, eval.warns, eval.informs) = (true, None, None),
        "_warn" => eval.warns = Some(true),
        "_info" => eval.informs = Some(true),
        other => return Err(format!("`eval{other}` is unknown")),
    }
    if let Some(rest) = rest.strip_prefix("instant at ") {
        let (time, query) = rest.trim().split_once(char::is_whitespace).ok_or("the query is missing")?;
        (eval.when, eval.query) = (When::Instant(notation::duration(time)?), query.trim().into());
    } else if let Some(rest) = rest.strip_prefix("range from ") {
        let mut words = rest.splitn(6, char::is_whitespace);
        let mut next = || words.next().unwrap_or_default();
        let (from, to, end, step, every, query) = (next(), next(), next(), next(), next(), next());
        if (to, step) != ("to", "step") {
            return Err("`range from … to … step …` is expected".into());
        }
        let time = notation::duration;
        eval.when = When::Range(time(from)?, time(end)?, time(every)?);
        eval.query = query.trim().into();
    } else {
        return Err("`instant at` or `range from` is expected".into());
    }
    for line in lines.block() {
        expect(&mut eval, line)?;
    }
    Ok(Command::Eval(eval))
}

fn expect(eval: &mut Eval, line: &str) -> Result<(), String> {
    if let Some(message) = line.strip_prefix("expected_fail_message ") {
        eval.fails = Some(message.trim().into());
    } else if let Some(what) = line.strip_prefix("expect ") {
        let (word, rest) = what.split_once(char::is_whitespace).unwrap_or((what, ""));
        match word {
            "fail" => {
                let message = rest.trim().strip_prefix("msg:").unwrap_or_default();
                eval.fails = Some(message.trim().into());
            }
            "ordered" => eval.ordered = true,
            "warn" => eval.warns = Some(true),
            "no_warn" => eval.warns = Some(false),
            "info" => eval.informs = Some(true),
            "no_info" => eval.informs = Some(false),
            "string" => eval.text = Some(rest.trim().trim_matches(['"', '\'', '`']).into()),
            _ => return Err(format!("`expect {word}` is unknown")),
        }
    } else if let Ok(value) = notation::number(line) {
        eval.scalar = Some(value);
    } else {
        let (labels, values) = notation::series(line)?;
        let run = notation::values(values)?;
        eval.native |= run.native;
        eval.rows.push((labels, run.values));
    }
    Ok(())
}
