//! Where foreign programs are.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

/// A program that a live run starts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Program {
    /// The names it is known under.
    pub(crate) names: &'static [&'static str],
    /// The package of Debian and Ubuntu that brings it.
    pub(crate) package: &'static str,
    /// A folder of folders outside of the `PATH` where it may be, such as `/usr/lib/postgresql`: each has a `bin`.
    pub(crate) versions: Option<&'static str>,
}

impl Program {
    /// Its file: the newest version first, then the `PATH`.
    ///
    /// # Errors
    /// It is nowhere; the text says which package to install.
    pub(crate) fn find(&self) -> Result<PathBuf, String> {
        let folders = self.versions().into_iter().chain(path());
        let files = folders.flat_map(|folder| self.names.iter().map(move |name| folder.join(name)));
        files.into_iter().find(|file| file.is_file()).ok_or_else(|| {
            let (names, package) = (self.names.join("` or `"), self.package);
            format!(
                "`{names}` is not on the PATH; install it (Debian and Ubuntu: apt-get install {package}) or fly \
                 without --live"
            )
        })
    }

    /// The `bin` folders of all versions, the highest number first.
    fn versions(&self) -> Vec<PathBuf> {
        let entries = self.versions.and_then(|folder| Path::new(folder).read_dir().ok());
        let names = entries.into_iter().flatten().flatten().map(|entry| entry.path());
        let mut versions: Vec<(u32, PathBuf)> = names
            .map(|path| {
                let number = path.file_name().and_then(|name| name.to_str()?.parse().ok());
                (number.unwrap_or(0), path.join("bin"))
            })
            .collect();
        versions.sort_by(|a, b| b.cmp(a));
        versions.into_iter().map(|(_, bin)| bin).collect()
    }
}

#[expect(clippy::disallowed_methods, reason = "where programs are installed is the machine's business")]
fn path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

/// A port of the loopback interface that was free a moment ago, for a program that cannot be asked which one it took.
///
/// # Errors
/// All are taken.
pub(crate) fn free_port() -> Result<u16, String> {
    let bound = TcpListener::bind(("127.0.0.1", 0)).and_then(|listener| listener.local_addr());
    bound.map(|address| address.port()).map_err(|error| format!("no port is free on 127.0.0.1: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_that_is_missing_is_told_with_its_package() {
        let program = Program { names: &["no-such-program"], package: "some-package", versions: None };
        let error = program.find().unwrap_err();
        assert!(
            error.contains("`no-such-program`") && error.contains("apt-get install some-package"),
            "{error}"
        );
    }

    #[test]
    fn the_newest_version_comes_first() {
        let folder = tempfile::tempdir().unwrap();
        for version in ["9", "15", "13"] {
            std::fs::create_dir_all(folder.path().join(version).join("bin")).unwrap();
        }
        let versions: &'static str = folder.path().to_str().unwrap().to_owned().leak();
        let program = Program { names: &["postgres"], package: "postgresql", versions: Some(versions) };
        let expected = ["15", "13", "9"].map(|version| folder.path().join(version).join("bin"));
        assert_eq!(program.versions(), expected);
    }
}
