//! The user that PostgreSQL runs as. As root it refuses to run.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use rustix::process::geteuid;

use crate::live::process::kept;
use crate::live::programs::Program;

const SETPRIV: Program = Program { names: &["setpriv"], package: "util-linux", versions: None };

/// Whom a program runs as.
pub(super) enum Account {
    /// Whoever we are.
    Ours,
    /// The user `postgres`, as we are root.
    Postgres { uid: u32, gid: u32, setpriv: PathBuf },
}

impl Account {
    /// The one to use.
    ///
    /// # Errors
    /// We are root, and there is no user `postgres` or no way to become it.
    pub(super) fn find() -> Result<Self, String> {
        if !geteuid().is_root() {
            return Ok(Self::Ours);
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let ids = users.lines().find_map(|line| {
            let mut fields = line.strip_prefix("postgres:")?.split(':').skip(1);
            Some((fields.next()?.parse().ok()?, fields.next()?.parse().ok()?))
        });
        let (uid, gid) = ids.ok_or("there is no user `postgres`, and PostgreSQL does not run as root")?;
        Ok(Self::Postgres { uid, gid, setpriv: SETPRIV.find()? })
    }

    /// Makes a folder, hands it over, and returns its full path.
    ///
    /// # Errors
    /// It cannot be made, or the user cannot get there.
    pub(super) fn give(&self, folder: &Path) -> Result<PathBuf, String> {
        let failed = |error: std::io::Error| format!("cannot make {}: {error}", folder.display());
        fs::create_dir_all(folder).map_err(failed)?;
        let folder = folder.canonicalize().map_err(failed)?;
        if let Self::Postgres { uid, gid, .. } = self {
            chown(&folder, Some(*uid), Some(*gid)).map_err(failed)?;
            for above in folder.ancestors().skip(1) {
                let meta = above.metadata().map_err(failed)?;
                if meta.mode() & 0o001 == 0 && meta.uid() != *uid {
                    let (folder, above) = (folder.display(), above.display());
                    return Err(format!(
                        "the user `postgres` cannot get to {folder}, as {above} is closed to it: chmod a+x {above}, \
                         or use another folder"
                    ));
                }
            }
        }
        Ok(folder)
    }

    /// A command that runs a program as this user and has it die with this process.
    pub(super) fn command(&self, sim: &Path, signal: &str, program: &Path) -> Command {
        match self {
            Self::Ours => kept(sim, signal, program),
            // A change of the user makes the kernel forget the signal; setpriv sets it again after that.
            Self::Postgres { uid, gid, setpriv } => {
                let mut command = kept(sim, signal, setpriv);
                command.args([
                    format!("--reuid={uid}"),
                    format!("--regid={gid}"),
                    "--clear-groups".to_owned(),
                ]);
                command.args(["--pdeathsig", signal, "--"]).arg(program);
                command
            }
        }
    }
}
