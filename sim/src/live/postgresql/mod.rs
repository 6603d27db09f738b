//! PostgreSQL: a cluster of our own for each database of a plan.
//!
//! - [`Postgresql`]: a server of our own
//! - `schema`: the columns that queries and indexes ask for, and the statements that make and fill the tables
//! - `account`: the user it runs as, as it refuses to run as root

mod account;
mod schema;

use std::path::Path;
use std::process::ExitStatus;

use live_world::timer::Timer;
use rustix::process::Signal;
use scenario_lang::plan::Database;
use sim_core::sync::within;
use tokio::task::spawn_local;
use tokio_postgres::{Client, Config, NoTls};

use super::process::Process;
use super::programs::{Program, free_port};
use account::Account;

const POSTGRES: Program =
    Program { names: &["postgres"], package: "postgresql", versions: Some("/usr/lib/postgresql") };

/// How long it may take to start, and to fill its tables.
const READY_NS: u64 = 60_000_000_000;
const LOAD_NS: u64 = 600_000_000_000;

/// How long it may take to end.
const GRACE_NS: u64 = 10_000_000_000;

/// How many clients it takes at once.
const CONNECTIONS: u32 = 500;

/// The settings of a server whose data nobody will miss. Without a socket in the file system, no path can be too long
/// for one.
const SETTINGS: [&str; 9] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "wal_level=minimal",
    "max_wal_senders=0",
    "maintenance_work_mem=256MB",
    "max_wal_size=4GB",
];

/// A server of our own.
pub(crate) struct Postgresql {
    process: Process,
    parameters: Parameters,
}

/// How to connect; no password is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parameters {
    /// An address of the loopback interface.
    pub(crate) host: String,
    /// The port.
    pub(crate) port: u16,
    /// Who connects.
    pub(crate) user: String,
    /// The database.
    pub(crate) database: String,
}

impl Postgresql {
    /// Makes a cluster in a folder of its own and starts it, with the tables of `database`, their rows and indexes.
    /// `sim` is the path of this program. Where we are root, the folder and all above it must be open to `postgres`.
    ///
    /// # Errors
    /// It is not installed, cannot use the folder, is not ready in time, or does not understand a query of the plan.
    pub(crate) async fn start(
        timer: &Timer,
        sim: &Path,
        folder: &Path,
        database: &Database,
    ) -> Result<Self, String> {
        let program = POSTGRES.find()?;
        let account = Account::find()?;
        let folder = account.give(folder)?;
        let (data, log) = (folder.join("data"), folder.join("postgresql.log"));
        let mut initdb = account.command(sim, "kill", &program.with_file_name("initdb"));
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        initdb.arg("-D").arg(&data).current_dir(&folder);
        let mut initdb = Process::spawn("initdb", initdb, &folder.join("initdb.log"))?;
        let status = initdb.wait(timer).await;
        if !status.success() {
            return Err(format!("initdb has failed ({status}); {}", initdb.last_words()));
        }
        let port = free_port()?;
        // At SIGQUIT it ends at once, and its workers with it.
        let mut server = account.command(sim, "quit", &program);
        server.arg("-D").arg(&data).current_dir(&folder);
        let numbers = [format!("port={port}"), format!("max_connections={CONNECTIONS}")];
        for setting in SETTINGS.into_iter().chain(numbers.iter().map(String::as_str)) {
            server.args(["-c", setting]);
        }
        // At SIGTERM it would wait until its clients have gone.
        let mut process = Process::spawn("PostgreSQL", server, &log)?.stopped_by(Signal::INT);
        let maintenance = Parameters {
            host: "127.0.0.1".to_owned(),
            port,
            user: "postgres".to_owned(),
            database: "postgres".to_owned(),
        };
        process.until_ready(timer, READY_NS, async || maintenance.connect().await.map(|_| ())).await?;
        let parameters = Parameters { database: database.name.clone(), ..maintenance.clone() };
        match within(fill(&maintenance, &parameters, database), timer.sleep(LOAD_NS)).await {
            Some(filled) => filled?,
            None => return Err(format!("database {}: its tables are not full in time", database.name)),
        }
        Ok(Self { process, parameters })
    }

    /// How to connect.
    pub(crate) fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// Its process.
    pub(crate) fn process(&mut self) -> &mut Process {
        &mut self.process
    }

    /// Ends it in good order, whoever is still connected.
    pub(crate) async fn stop(mut self, timer: &Timer) -> ExitStatus {
        self.process.terminate(timer, GRACE_NS).await
    }
}

impl Parameters {
    /// Connects; the connection lives as long as the client.
    async fn connect(&self) -> Result<Client, String> {
        let Self { host, port, user, database } = self;
        let mut config = Config::new();
        config.host(host).port(*port).user(user).dbname(database);
        let (client, connection) = config.connect(NoTls).await.map_err(|error| cause(&error))?;
        spawn_local(async move { connection.await.ok() });
        Ok(client)
    }
}

/// Makes the database, and has it prepare every query once: one that it does not understand is told now.
async fn fill(maintenance: &Parameters, own: &Parameters, database: &Database) -> Result<(), String> {
    let failed = |what: &str, cause: &str| format!("database {}: {what}: {cause}", database.name);
    let create = format!("CREATE DATABASE {}", schema::quoted(&database.name));
    if database.name != maintenance.database {
        let created = maintenance.connect().await?.batch_execute(&create).await;
        created.map_err(|error| failed("cannot be made", &cause(&error)))?;
    }
    let client = own.connect().await?;
    for table in &database.tables {
        let filled = client.batch_execute(&schema::statements(database, table)).await;
        filled.map_err(|error| failed(&format!("table {}", table.name), &cause(&error)))?;
    }
    for query in &database.queries {
        let prepared = client.prepare(&query.sql).await;
        prepared.map_err(|error| failed(&format!("query {}", query.name), &cause(&error)))?;
    }
    Ok(())
}

/// What the server says, and not only that it says something.
fn cause(error: &tokio_postgres::Error) -> String {
    match error.as_db_error() {
        Some(error) => error.message().to_owned(),
        None => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use tokio_postgres::types::{ToSql, Type};

    use super::*;
    use crate::live::testing::{on_one_thread, sim, until};

    /// A folder that everybody may look into.
    fn open_folder() -> tempfile::TempDir {
        let open = std::fs::Permissions::from_mode(0o755);
        tempfile::Builder::new().permissions(open).tempdir().unwrap()
    }

    fn shop() -> Database {
        let scenario = Path::new(env!("CARGO_MANIFEST_DIR")).join("../scenarios/burn-rate.scn");
        crate::prepare::understand(&scenario).0.unwrap().databases.remove(0)
    }

    fn parameter(of: &Type, text: &'static str) -> Box<dyn ToSql + Sync> {
        match *of {
            Type::INT8 => Box::new(17_i64),
            Type::FLOAT8 => Box::new(9.5),
            _ => Box::new(text),
        }
    }

    #[test]
    fn the_shops_database_answers_each_of_its_queries() {
        on_one_thread(async |timer| {
            let (folder, shop) = (open_folder(), shop());
            let server = Postgresql::start(&timer, &sim(), &folder.path().join("pg"), &shop).await.unwrap();
            let client = server.parameters().connect().await.unwrap();
            for table in &shop.tables {
                let counted =
                    client.query_one(&format!("SELECT count(*) FROM {}", table.name), &[]).await.unwrap();
                assert_eq!(counted.get::<_, i64>(0) as u64, table.rows, "{}", table.name);
            }
            let mut rows = Vec::new();
            for query in &shop.queries {
                let prepared = client.prepare(&query.sql).await.unwrap();
                let text = if query.name == "products" { "category-17" } else { "email-17" };
                let values: Vec<_> = prepared.params().iter().map(|of| parameter(of, text)).collect();
                let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| &**value).collect();
                let answer = client.query(&prepared, &values).await.unwrap();
                rows.push((&*query.name, answer.len()));
                if query.name == "insert-order" {
                    assert_eq!(answer[0].get::<_, i64>(0), 1_000_001);
                }
            }
            let expected = [
                ("user-by-id", 1),
                ("user-by-email", 1),
                ("products", 20),
                ("order-by-id", 1),
                ("orders-by-user", 10),
                ("insert-order", 1),
            ];
            assert_eq!(rows, expected);
            let plan = client.query("EXPLAIN SELECT * FROM orders WHERE user_id = 17", &[]).await.unwrap();
            let plan: Vec<&str> = plan.iter().map(|line| line.get(0)).collect();
            assert!(plan.iter().any(|line| line.contains("orders_user_id_idx")), "{plan:?}");
            assert!(server.stop(&timer).await.success());
        });
    }

    #[test]
    fn a_query_that_cannot_be_understood_is_told_by_its_name() {
        on_one_thread(async |timer| {
            let (folder, mut shop) = (open_folder(), shop());
            shop.tables.iter_mut().for_each(|table| table.rows = 1);
            shop.queries[0].sql = "SELECT * FROM nowhere".to_owned();
            let started = Postgresql::start(&timer, &sim(), &folder.path().join("pg"), &shop).await;
            let error = started.err().unwrap();
            assert!(error.contains("query user-by-id: relation \"nowhere\" does not exist"), "{error}");
        });
    }

    #[test]
    fn it_dies_with_the_process_that_started_it() {
        on_one_thread(async |timer| {
            let folder = open_folder();
            let account = Account::find().unwrap();
            let own = account.give(&folder.path().join("kept")).unwrap();
            let (log, script) = (own.join("log"), own.join("script"));
            // Shells have their background jobs ignore SIGQUIT.
            let sleep = account.command(&sim(), "kill", Path::new("/bin/sleep"));
            // The shell takes our place as the parent.
            let words = sleep
                .get_args()
                .map(|word| word.to_str().unwrap().replace(&std::process::id().to_string(), "$$"));
            let words = words.collect::<Vec<_>>().join(" ");
            std::fs::write(&script, format!("{} {words} 60 & echo $!; wait\n", sim().display())).unwrap();
            let mut shell = std::process::Command::new("sh");
            shell.arg(&script);
            let mut parent = Process::spawn("sh", shell, &log).unwrap();
            let name = |pid: &str| std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
            let pid = async || std::fs::read_to_string(&log).unwrap().trim().to_owned();
            until(&timer, async || match name(&pid().await).trim() {
                "sleep" => Ok(()),
                other => Err(format!("{other:?} runs")),
            })
            .await;
            parent.signal(Signal::KILL);
            until(&timer, async || {
                let stat = std::fs::read_to_string(format!("/proc/{}/stat", pid().await)).unwrap_or_default();
                // Whoever adopts it may not have reaped it yet.
                if stat.is_empty() || stat.contains(") Z ") {
                    Ok(())
                } else {
                    Err("it still runs".to_owned())
                }
            })
            .await;
        });
    }
}
