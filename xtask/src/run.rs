//! Starting other programs, from the root of the workspace.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Failure;

/// The root of the workspace.
pub(crate) fn root() -> &'static Path {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own)
}

/// A program with its arguments, started in the root of the workspace.
pub(crate) fn program<'a>(name: &str, arguments: impl IntoIterator<Item = &'a str>) -> Command {
    let mut command = Command::new(name);
    command.args(arguments).current_dir(root());
    command
}

/// Runs a program whose output goes where ours goes.
pub(crate) fn run(command: &mut Command) -> Result<(), Failure> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(format!("{} ended with {status}", line(command))) }
}

/// `sim` with these arguments, built for release first, which may take some time and shows how far it is.
pub(crate) fn sim<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<Command, Failure> {
    run(&mut program("cargo", ["build", "--release"]))?;
    Ok(program("cargo", ["run", "--release", "--quiet", "--"].into_iter().chain(arguments)))
}

/// Runs a program and gives what it wrote to standard output. It sees no terminal; what it wrote to standard error, and
/// if it fails to standard output, is shown at its end.
pub(crate) fn output(command: &mut Command) -> Result<String, Failure> {
    let output = command.stdin(Stdio::null()).output().map_err(|error| cannot_start(command, &error))?;
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        print!("{}", String::from_utf8_lossy(&output.stdout));
        return Err(format!("{} ended with {}", line(command), output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| format!("{} did not write text: {error}", line(command)))
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    format!("{} cannot be started: {error}", line(command))
}

/// The command as one would type it.
pub(crate) fn line(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
