//! The one table of codes: what each stands for, and an example that raises it.

/// How grave a diagnostic is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The scenario cannot be run.
    Error,
    /// It can be run, but will not show what it seems to.
    Warning,
}

macro_rules! codes {
    ($($name:ident $id:literal $severity:ident $title:literal $explanation:literal $example:literal;)*) => {
        /// The cause of a diagnostic. Codes are stable: a number is never used again for another cause.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = concat!($id, ": ", $title, ".")] $name,)*
        }

        impl Code {
            /// All codes, in order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The stable code: `SCN001`.
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id),* }
            }

            /// How grave it is.
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity),* }
            }

            /// A few words.
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }

            /// What is wrong, why that matters, and what to do.
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$name => $explanation),* }
            }

            /// A piece of a scenario that raises it.
            pub fn example(self) -> &'static str {
                match self { $(Self::$name => $example),* }
            }
        }
    };
}

impl Code {
    /// The code of that number, such as `SCN001`; case does not matter.
    pub fn find(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.id().eq_ignore_ascii_case(id))
    }
}

codes! {
    Unexpected "SCN001" Error "something else was expected"
        "A statement begins well and then goes on with something that cannot stand there. The message lists \
         everything that could. Statements end at the end of the line."
        "history 3d of 80/s";
    UnknownStatement "SCN002" Error "unknown statement"
        "The first word of a statement decides what it is, and this word is none that can stand here."
        "service shop { replica 2 }";
    MissingUnit "SCN003" Error "a quantity without a unit"
        "Every quantity carries its unit, so that nobody has to guess whether 30 means seconds or milliseconds."
        "duration 30";
    UnknownUnit "SCN004" Error "unknown unit"
        "Durations have ns, us, ms, s, m, h, d and w; rates /s, /m, /h and /d; ratios %; sizes B, kB, MB, GB, TB \
         and KiB, MiB, GiB, TiB."
        "duration 30min";
    Unterminated "SCN005" Error "a quoted text that never ends"
        "Text in double quotes ends on the same line; text in backticks ends at the next backtick."
        "import \"lib/shop.scn";
    UnclosedBrace "SCN006" Error "an opening brace without a closing one"
        "The block reaches the end of the file, or something that can only stand outside of a block begins at the \
         margin."
        "service shop {";
    StrayBrace "SCN007" Error "a closing brace without an opening one"
        "This brace closes nothing; perhaps the block was closed earlier than meant."
        "service shop { } }";
    NumberTooLarge "SCN008" Error "a number that is too large"
        "Numbers end at 2^64 and 15 digits after the point, and durations at a hundred years: time is counted in 64 \
         bits of nanoseconds, and some of it must be left for sums."
        "duration 40000d";
    RatioOutOfRange "SCN009" Error "a ratio that is out of range"
        "A ratio is a share of a whole, from 0% to 100%; an objective must leave some room for errors."
        "abort 503 for 120% of requests";
    Status "SCN010" Error "no such HTTP status"
        "Final statuses lie between 200 and 599."
        "abort 700";
    Distribution "SCN011" Error "an impossible distribution"
        "The parameters contradict each other: a maximum below the minimum, or a higher quantile with a lower value; or \
         the tail of a pareto is so heavy that hardly any value of it would make sense."
        "work cpu uniform(5ms, 1ms)";
    UnknownDistribution "SCN012" Error "unknown distribution"
        "There are normal, lognormal, exp, uniform, pareto and quantiles; a plain duration is always the same."
        "work cpu gauss(5ms, 1ms)";
    Quantile "SCN013" Error "a quantile that is out of range"
        "Quantiles are written like p95 or p99.9 and lie between p0 and p100, both excluded."
        "client p100 < 40ms";
    Date "SCN014" Error "no such moment"
        "A moment is written like `2026-01-05 09:00 UTC` and must be in the calendar. The whole run, with its history, \
         lies in the years from 1970 to 2199: time is counted in nanoseconds since 1970."
        "start 2026-02-30 09:00 UTC";
    UnknownPreset "SCN015" Error "a word that is none of the possible ones"
        "Only a few words can stand here; the message lists them."
        "arrivals random";
    UnknownFault "SCN016" Error "unknown fault"
        "A fault block holds `from … for …` and the faults of the vocabulary; this word is none of them."
        "fault slow on a -> b { lag 80ms }";
    UnknownShape "SCN017" Error "unknown load shape"
        "A load block holds `arrivals`, `mix`, `think` and the shapes of the vocabulary; this word is none of them."
        "load users on shop { rmap to 80/s over 1m }";
    UnknownCheck "SCN018" Error "unknown check"
        "An expect block holds the checks of the vocabulary; this word is none of them."
        "expect { alarm Burn fires within 5m of bad-deploy }";

    Duplicate "SCN020" Error "a name that is defined twice"
        "Names are unique over a file and all that it imports. Services and databases share their names, because \
         both can be the end of an edge."
        "service shop { … } service shop { … }";
    Repeated "SCN021" Error "a statement that may stand only once"
        "Both statements set the same thing; one of them must go."
        "scenario \"x\" { seed 1  seed 2 }";
    Missing "SCN022" Error "a statement that is missing"
        "The block says nothing about something that has no sensible default."
        "scenario \"x\" { seed 1 }";
    NoScenario "SCN023" Error "a file without a scenario"
        "The file that is run holds one `scenario` block. Files with definitions only are imported by others."
        "service shop { … }";
    NotFound "SCN024" Error "a file that cannot be read"
        "Paths are relative to the file that names them."
        "import \"lib/shpo.scn\"";
    ImportCycle "SCN025" Error "files that import each other"
        "Following the imports leads back to a file that is not done yet."
        "import \"itself.scn\"";
    NotImportable "SCN026" Error "more than definitions in an imported file"
        "An import brings services, databases, SLOs, rules and routes. Scenario, load, faults and expectations \
         belong to the file that is run, so that reading it tells what happens."
        "import \"other-scenario.scn\"";
    NoMatch "SCN027" Error "a pattern that no file matches"
        "No file fits; without rules there would be nothing that could notice anything."
        "rules \"rules/*.yaml\"";

    UnknownService "SCN030" Error "unknown service"
        "No service of that name is defined here or in an imported file."
        "load users on shpo { … }";
    UnknownEndpoint "SCN031" Error "unknown endpoint"
        "The service has no endpoint of that name."
        "call shop.oders";
    UnknownDatabase "SCN032" Error "unknown database"
        "No database of that name is defined here or in an imported file."
        "query postgre.order-by-id";
    UnknownQuery "SCN033" Error "unknown query"
        "The database has no query of that name."
        "query postgres.order-by-nmae";
    UnknownAnchor "SCN034" Error "unknown fault"
        "Moments are named after faults: `bad-deploy` is its start, `bad-deploy end` its end."
        "alert Burn fires within 6m of bad-deplyo";
    UnknownSlo "SCN035" Error "unknown slo"
        "No slo of that name is defined here or in an imported file."
        "budget oders-availability remaining >= 95% at end";
    UnknownAlert "SCN036" Error "unknown alert"
        "No alerting rule of that name stands in the rule files, so it could never fire."
        "alert ErrorBudgetBrun fires within 6m of bad-deploy";
    UnknownReceiver "SCN037" Error "unknown receiver"
        "The routes have no receiver of that name, so it could never be paged."
        "page sre-onkall within 7m of bad-deploy";
    UnknownNode "SCN038" Error "unknown service or database"
        "Neither a service nor a database of that name is defined here or in an imported file."
        "trace through shop calling postgre, at least 1";

    Mix "SCN040" Error "a mix that does not add up to 100 %"
        "The shares of a mix say what part of all requests each endpoint gets; together they are all requests."
        "mix { get-order 70%  list-orders 20% }";
    OutsideRun "SCN041" Error "a fault outside the run"
        "The fault begins or ends after the run has ended."
        "duration 1h … from 75m for 10m";
    NoEdge "SCN042" Error "a fault on an edge that does not exist"
        "No endpoint of the one calls the other, so that nothing would ever go this way."
        "fault slow on user-service -> order-service { … }";
    MixedModels "SCN043" Error "an open and a closed model in one load"
        "In the open model requests arrive whatever the system does; in the closed model each user waits for the \
         answer. One load is one or the other."
        "hold 80/s … users 50";
    CallCycle "SCN044" Error "calls that go in a circle"
        "An endpoint calls itself, over others or directly; a request would never end."
        "endpoint a GET \"/a\" { call shop.a }";
    DeadlineTooShort "SCN045" Error "a deadline that no alert can keep"
        "An alert fires after the samples are scraped, the rule is evaluated, and its condition has held for as \
         long as its `for` asks. The deadline is shorter than these together."
        "alert HighLatency fires within 10s of slow";
    BurnTooSlow "SCN046" Error "a deadline before the error budget burns fast enough"
        "A burn-rate alert with factor f and long window W fires when the errors of the fault, spread over the whole \
         window, burn at f: after f·W/B, where B is the share of failing requests over (1 − objective). Give it \
         more time, let the fault hit more requests, or expect another alert."
        "alert Burn fires within 3m of bad-deploy";
    NeverBurns "SCN047" Warning "a fault that never reaches the burn rate"
        "Failing requests never become a share of the long window as large as the alert's factor times \
         (1 − objective): the fault hits too few requests, or ends before the window has seen enough of it. The \
         scenario can be run all the same, and shows that nobody is told; what expects the alert is violated."
        "abort 503 for 1% of requests … alert Burn fires within 6m of bad-deploy";
    NoHits "SCN048" Warning "a fault that hits nothing"
        "Fewer than one request is expected to be hit. What depends on the fault would be inconclusive."
        "abort 503 for 0% of requests";
    NoSeries "SCN049" Warning "a rule that looks for series that do not exist"
        "No metric that the described system reports matches the selector, so that the rule can never fire."
        "expr: htp_requests_total > 0";

    Empty "SCN050" Error "a block without what makes it useful"
        "The block is allowed to be short, but not to say nothing."
        "fault slow on a -> b { from 1m for 1m }";
    Zero "SCN051" Error "zero where something is needed"
        "With nothing of it, nothing can happen."
        "replicas 0";
    AnchorCycle "SCN052" Error "faults that wait for each other"
        "The beginning of a fault depends on itself, over others or directly."
        "fault a on x -> y { from a end for 1m }";
    Unreachable "SCN053" Error "a shape that never begins"
        "The shape before it has no end."
        "hold 80/s … ramp to 90/s over 1m";
    LoadTooLong "SCN054" Warning "a load that is longer than the run"
        "The run ends before the shapes do."
        "duration 10m … hold 80/s for 20m";
    ThinkInOpenModel "SCN055" Error "think time in an open model"
        "Only users that wait for answers think in between; in the open model the arrivals decide."
        "hold 80/s … think exp(2s)";
    ArrivalsInClosedModel "SCN056" Error "arrivals in a closed model"
        "In the closed model a request follows the answer before it, after the think time."
        "users 50 … arrivals poisson";
    CountTooLarge "SCN057" Error "a count beyond what can be run"
        "Each of these takes memory and time in a run: at most 10_000 replicas, 10_000 cores, 1_000_000 workers, \
         connections or users, and 1_000 retries. What needs more is better described as several services or loads."
        "replicas 50_000";
    Route "SCN058" Error "a path that is not a route"
        "The route is the path of an HTTP request, without scheme, host and query. It begins with `/`; between its \
         slashes stand the characters that RFC 3986 allows there, or a parameter such as `{id}`, which is a whole \
         segment."
        "endpoint list GET \"orders\" { … }";
    SameRoute "SCN059" Error "two endpoints with one route"
        "A request to this method and path could be meant for either of them. Names of parameters make no difference: \
         `/orders/{id}` and `/orders/{order}` are one route. A given segment goes before a parameter, so that \
         `/orders/latest` may stand beside them."
        "endpoint one GET \"/\" { … } endpoint two GET \"/\" { … }";
    DatabaseFault "SCN060" Error "a fault on the way to a database"
        "Faults act on requests between two services. Queries are no such requests, so that this fault would hit \
         nothing and prove nothing."
        "fault slow on order-service -> postgres { … }";
    WaitsForItself "SCN061" Warning "a service that waits for itself"
        "A request holds its worker while it waits for the services that it calls, and these for those that they call. \
         Where the way leads back to the same service, its workers may all be held by requests that wait for a free \
         one: they stand still until their timeouts end, or for ever without any. Move what is asked for into a \
         service of its own."
        "service a { endpoint x GET \"/x\" { call b.y } endpoint z GET \"/z\" { … } } service b { … call a.z … }";
    AfterRun "SCN062" Error "a deadline after the end of the run"
        "What is to happen within a time can only be judged if the run lasts that long: it would be called violated though \
         there was time left."
        "duration 20m … alert A fires within 30m of bad-deploy";
    Address "SCN063" Error "an address that is none"
        "A service that runs already is reached by scheme, host and port: `http` or `https`, and nothing behind the port. \
         Its endpoints say which paths are asked for."
        "service checkout at \"127.0.0.1/cart\" { … }";
}
