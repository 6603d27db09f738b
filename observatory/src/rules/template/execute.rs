//! Tree and data → text.

use super::functions;
use super::parse::{Base, Command, Node, Operand, Pipeline};
use super::value::Value;

/// Fills a template in. Variables are those it begins with; `dot` is also `$`.
pub(super) fn execute(nodes: &[Node], dot: Value, variables: Vec<(String, Value)>) -> Result<String, String> {
    let mut scope = Scope { out: String::new(), variables };
    scope.variables.insert(0, (String::new(), dot.clone()));
    scope.run(nodes, &dot)?;
    Ok(scope.out)
}

struct Scope {
    out: String,
    /// Inner ones last; a block's own go when it ends.
    variables: Vec<(String, Value)>,
}

impl Scope {
    fn run(&mut self, nodes: &[Node], dot: &Value) -> Result<(), String> {
        let outer = self.variables.len();
        for node in nodes {
            self.step(node, dot)?;
        }
        self.variables.truncate(outer);
        Ok(())
    }

    fn step(&mut self, node: &Node, dot: &Value) -> Result<(), String> {
        match node {
            Node::Text(text) => self.out.push_str(text),
            Node::Output(pipeline) => {
                let value = self.pipeline(pipeline, dot)?;
                self.out.push_str(&value.to_string());
            }
            Node::Assign { name, new, pipeline } => {
                let value = self.pipeline(pipeline, dot)?;
                if *new {
                    self.variables.push((name.clone(), value));
                } else {
                    *self.variable_mut(name)? = value;
                }
            }
            Node::Branch { with, name, pipeline, then, otherwise } => {
                let outer = self.variables.len();
                let value = self.pipeline(pipeline, dot)?;
                if let Some(name) = name {
                    self.variables.push((name.clone(), value.clone()));
                }
                match value.is_true() {
                    true if *with => self.run(then, &value)?,
                    true => self.run(then, dot)?,
                    false => self.run(otherwise, dot)?,
                }
                self.variables.truncate(outer);
            }
            Node::Range { names, pipeline, body, otherwise } => {
                let labels = match self.pipeline(pipeline, dot)? {
                    Value::Labels(labels) => labels,
                    other => return Err(format!("range can't iterate over {other}")),
                };
                if labels.is_empty() {
                    return self.run(otherwise, dot);
                }
                let outer = self.variables.len();
                for (key, value) in labels {
                    let value = Value::Text(value);
                    match names.as_slice() {
                        [] => {}
                        [one] => self.variables.push((one.clone(), value.clone())),
                        [first, second, ..] => {
                            self.variables.push((first.clone(), Value::Text(key)));
                            self.variables.push((second.clone(), value.clone()));
                        }
                    }
                    self.run(body, &value)?;
                    self.variables.truncate(outer);
                }
            }
        }
        Ok(())
    }

    fn variable_mut(&mut self, name: &str) -> Result<&mut Value, String> {
        let found = self.variables.iter_mut().rev().find(|(own, _)| own == name);
        found.map(|(_, value)| value).ok_or_else(|| format!("undefined variable \"${name}\""))
    }

    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value) -> Result<Value, String> {
        let mut last = None;
        for command in pipeline {
            last = Some(self.command(command, last, dot)?);
        }
        last.ok_or_else(|| "empty pipeline".to_string())
    }

    fn command(&mut self, command: &Command, last: Option<Value>, dot: &Value) -> Result<Value, String> {
        let Some((first, arguments)) = command.split_first() else {
            return Err("empty command".to_string());
        };
        if let Operand::Function(name) = first {
            let mut values = Vec::with_capacity(arguments.len() + 1);
            for argument in arguments {
                values.push(self.operand(argument, dot)?);
            }
            values.extend(last);
            return functions::call(name, &values).map_err(|cause| format!("error calling {name}: {cause}"));
        }
        if !arguments.is_empty() || last.is_some() {
            return Err("can't give argument to non-function".to_string());
        }
        self.operand(first, dot)
    }

    fn operand(&mut self, operand: &Operand, dot: &Value) -> Result<Value, String> {
        match operand {
            Operand::Literal(value) => Ok(value.clone()),
            Operand::Function(name) => functions::call(name, &[]),
            Operand::Path(base, fields) => {
                let base = match base {
                    Base::Dot => dot.clone(),
                    Base::Variable(name) => self.variable_mut(name)?.clone(),
                    Base::Nested(pipeline) => self.pipeline(pipeline, dot)?,
                };
                fields.iter().try_fold(base, |value, field| value.field(field))
            }
        }
    }
}
