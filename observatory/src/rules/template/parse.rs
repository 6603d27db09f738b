//! Text → tree.

use super::functions;
use super::value::Value;

/// A piece of a template.
#[derive(Debug, Clone)]
pub(super) enum Node {
    Text(String),
    /// `{{ pipeline }}`.
    Output(Pipeline),
    /// `{{ $name := pipeline }}`, or with `=` for a variable that exists.
    Assign {
        name: String,
        new: bool,
        pipeline: Pipeline,
    },
    /// `if` and `with`; `with` also moves the dot.
    Branch {
        with: bool,
        name: Option<String>,
        pipeline: Pipeline,
        then: Vec<Node>,
        otherwise: Vec<Node>,
    },
    /// `range`, with the variables for key and value where they are named.
    Range {
        names: Vec<String>,
        pipeline: Pipeline,
        body: Vec<Node>,
        otherwise: Vec<Node>,
    },
}

/// Commands, each of which hands its result on as the last argument of the next.
pub(super) type Pipeline = Vec<Command>;

/// A function or a value, and its arguments.
pub(super) type Command = Vec<Operand>;

/// One word of a command.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    Literal(Value),
    Function(String),
    /// Fields of something: `.Labels.job`, `$labels.job`, `(…).x`.
    Path(Base, Vec<String>),
}

/// What a path begins with.
#[derive(Debug, Clone)]
pub(super) enum Base {
    Dot,
    Variable(String),
    Nested(Pipeline),
}

/// How deep blocks and parentheses may be nested, so that no text exhausts the stack.
const DEPTH: usize = 50;

fn deeper(depth: usize) -> Result<usize, String> {
    if depth < DEPTH { Ok(depth + 1) } else { Err("nested too deeply".to_string()) }
}

/// Reads a whole template.
pub(super) fn parse(text: &str) -> Result<Vec<Node>, String> {
    let mut pieces = split(text)?.into_iter();
    let (nodes, terminator) = block(&mut pieces, 0)?;
    match terminator {
        None => Ok(nodes),
        Some(action) => Err(format!("unexpected {{{{{action}}}}}")),
    }
}

enum Piece {
    Text(String),
    /// What stands between the braces, trimmed.
    Action(String),
}

/// Cuts a template into text and actions; trim marks are applied and comments dropped.
fn split(text: &str) -> Result<Vec<Piece>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut trim_start = false;
    loop {
        let open = rest.find("{{");
        let mut before = &rest[..open.unwrap_or(rest.len())];
        if trim_start {
            before = before.trim_start();
        }
        let Some(open) = open else {
            pieces.push(Piece::Text(before.to_string()));
            break;
        };
        let mut action = &rest[open + 2..];
        if let Some(trimmed) = action.strip_prefix('-').filter(|tail| tail.starts_with(char::is_whitespace)) {
            before = before.trim_end();
            action = trimmed;
        }
        pieces.push(Piece::Text(before.to_string()));
        let end = end_of_action(action).ok_or("unclosed action")?;
        let mut inner = &action[..end];
        rest = &action[end + 2..];
        trim_start = false;
        if let Some(trimmed) = inner.strip_suffix('-').filter(|head| head.ends_with(char::is_whitespace)) {
            trim_start = true;
            inner = trimmed;
        }
        let inner = inner.trim();
        if !inner.starts_with("/*") {
            pieces.push(Piece::Action(inner.to_string()));
        }
    }
    pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
    Ok(pieces)
}

/// Where `}}` stands outside of quotes and comments.
fn end_of_action(action: &str) -> Option<usize> {
    if action.trim_start().starts_with("/*") {
        let close = action.find("*/")? + 2;
        return action[close..].find("}}").map(|end| close + end);
    }
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in action.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            None if c == '"' || c == '`' => quote = Some(c),
            None if action[at..].starts_with("}}") => return Some(at),
            None => {}
        }
    }
    None
}

/// Nodes up to the end of the block: the `else …` or `end` that closes it, or nothing at the end of the text.
fn block(
    pieces: &mut std::vec::IntoIter<Piece>,
    depth: usize,
) -> Result<(Vec<Node>, Option<String>), String> {
    let mut nodes = Vec::new();
    while let Some(piece) = pieces.next() {
        let action = match piece {
            Piece::Text(text) => {
                nodes.push(Node::Text(text));
                continue;
            }
            Piece::Action(action) => action,
        };
        let (word, rest) = action.split_once(char::is_whitespace).unwrap_or((&action, ""));
        match word {
            "end" | "else" => return Ok((nodes, Some(action))),
            "if" | "with" | "range" => nodes.push(control(word, rest, pieces, depth)?),
            "define" | "template" | "block" | "break" | "continue" => {
                return Err(format!("{{{{{word}}}}} is not supported"));
            }
            _ => nodes.push(match assignment(&action)? {
                (names, new, pipeline) if names.len() == 1 => {
                    Node::Assign { name: names.concat(), new, pipeline }
                }
                (names, _, pipeline) if names.is_empty() => Node::Output(pipeline),
                _ => return Err("only range takes two variables".to_string()),
            }),
        }
    }
    Ok((nodes, None))
}

/// The rest of an `if`, `with` or `range`, its `else` and `end` included.
fn control(
    word: &str,
    head: &str,
    pieces: &mut std::vec::IntoIter<Piece>,
    depth: usize,
) -> Result<Node, String> {
    let depth = deeper(depth)?;
    let (names, _, pipeline) = assignment(head)?;
    let (then, terminator) = block(pieces, depth)?;
    let otherwise = match terminator.as_deref() {
        None => return Err(format!("{{{{{word}}}}} without {{{{end}}}}")),
        Some("end") => Vec::new(),
        Some("else") => match block(pieces, depth)? {
            (nodes, Some(end)) if end == "end" => nodes,
            _ => return Err("{{else}} without {{end}}".to_string()),
        },
        // `else if …`: the rest of the chain shares the one `end`.
        Some(chain) => {
            let chain = chain["else".len()..].trim();
            let (word, head) = chain.split_once(char::is_whitespace).unwrap_or((chain, ""));
            if !matches!(word, "if" | "with") {
                return Err(format!("unexpected {chain:?} after else"));
            }
            vec![control(word, head, pieces, depth)?]
        }
    };
    Ok(match word {
        "range" => Node::Range { names, pipeline, body: then, otherwise },
        _ => Node::Branch { with: word == "with", name: names.into_iter().next(), pipeline, then, otherwise },
    })
}

/// `$a, $b := pipeline`, `$a = pipeline` or just a pipeline.
fn assignment(action: &str) -> Result<(Vec<String>, bool, Pipeline), String> {
    let mut words = Words { rest: action, depth: 0 };
    if action.starts_with('$') {
        let head_end = action.find(['"', '`', '(', '|']).unwrap_or(action.len());
        if let Some(at) = action[..head_end].find('=') {
            let new = action[..at].ends_with(':');
            let names = action[..at].trim_end_matches(':').split(',');
            let names: Option<Vec<String>> =
                names.map(|name| name.trim().strip_prefix('$').map(str::to_string)).collect();
            let names = names.ok_or_else(|| format!("bad variables in {action:?}"))?;
            words.rest = &action[at + 1..];
            return Ok((names, new, words.whole_pipeline()?));
        }
    }
    Ok((Vec::new(), false, words.whole_pipeline()?))
}

/// Reads pipelines word by word.
struct Words<'a> {
    rest: &'a str,
    /// How many parentheses are open.
    depth: usize,
}

impl Words<'_> {
    fn whole_pipeline(&mut self) -> Result<Pipeline, String> {
        let pipeline = self.pipeline()?;
        if self.rest.is_empty() { Ok(pipeline) } else { Err(format!("unexpected {:?}", self.rest)) }
    }

    fn pipeline(&mut self) -> Result<Pipeline, String> {
        let mut commands = vec![Vec::new()];
        loop {
            self.rest = self.rest.trim_start();
            if self.rest.is_empty() || self.rest.starts_with(')') {
                break;
            }
            if let Some(tail) = self.rest.strip_prefix('|') {
                self.rest = tail;
                commands.push(Vec::new());
                continue;
            }
            let operand = self.operand()?;
            if let Some(command) = commands.last_mut() {
                command.push(operand);
            }
        }
        if commands.iter().any(Vec::is_empty) {
            return Err("missing value for command".to_string());
        }
        Ok(commands)
    }

    fn operand(&mut self) -> Result<Operand, String> {
        let first = self.rest.chars().next().unwrap_or(' ');
        match first {
            '(' => {
                self.rest = &self.rest[1..];
                self.depth = deeper(self.depth)?;
                let nested = self.pipeline()?;
                self.depth -= 1;
                self.rest = self.rest.strip_prefix(')').ok_or("unclosed left paren")?;
                Ok(Operand::Path(Base::Nested(nested), self.fields()))
            }
            '"' => self.quoted().map(|text| Operand::Literal(Value::Text(text))),
            '`' => {
                let end = self.rest[1..].find('`').ok_or("unterminated raw quoted string")?;
                let text = self.rest[1..=end].to_string();
                self.rest = &self.rest[end + 2..];
                Ok(Operand::Literal(Value::Text(text)))
            }
            '$' => {
                self.rest = &self.rest[1..];
                let name = self.word();
                Ok(Operand::Path(Base::Variable(name), self.fields()))
            }
            '.' => match self.fields() {
                fields if fields.is_empty() => {
                    self.rest = &self.rest[1..];
                    Ok(Operand::Path(Base::Dot, fields))
                }
                fields => Ok(Operand::Path(Base::Dot, fields)),
            },
            '0'..='9' | '-' | '+' => self.numeral(),
            _ => self.named(),
        }
    }

    /// `.a.b`: as many fields as follow without a gap.
    fn fields(&mut self) -> Vec<String> {
        let mut fields = Vec::new();
        while let Some(tail) = self.rest.strip_prefix('.').filter(|tail| tail.starts_with(is_word)) {
            self.rest = tail;
            fields.push(self.word());
        }
        fields
    }

    fn word(&mut self) -> String {
        let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_string()
    }

    fn numeral(&mut self) -> Result<Operand, String> {
        let end =
            self.rest.find(|c: char| c.is_whitespace() || c == ')' || c == '|').unwrap_or(self.rest.len());
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        let whole = text.parse().map(Value::Int).ok();
        let value = whole.or_else(|| text.parse().map(Value::Float).ok());
        value.map(Operand::Literal).ok_or_else(|| format!("bad number syntax: {text:?}"))
    }

    fn named(&mut self) -> Result<Operand, String> {
        let word = self.word();
        match word.as_str() {
            "" => Err(format!("unexpected {:?} in operand", self.rest.chars().next().unwrap_or(' '))),
            "true" => Ok(Operand::Literal(Value::Bool(true))),
            "false" => Ok(Operand::Literal(Value::Bool(false))),
            "nil" => Ok(Operand::Literal(Value::Nil)),
            name if functions::exists(name) => Ok(Operand::Function(word)),
            name => Err(format!("function {name:?} not defined")),
        }
    }

    fn quoted(&mut self) -> Result<String, String> {
        let mut text = String::new();
        let mut chars = self.rest.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.rest = &self.rest[at + 1..];
                    return Ok(text);
                }
                '\\' => match chars.next().map(|(_, c)| c) {
                    Some('n') => text.push('\n'),
                    Some('t') => text.push('\t'),
                    Some('r') => text.push('\r'),
                    Some(c @ ('"' | '\\')) => text.push(c),
                    other => return Err(format!("bad escape \\{} in string", other.unwrap_or(' '))),
                },
                c => text.push(c),
            }
        }
        Err("unterminated quoted string".to_string())
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
