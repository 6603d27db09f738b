//! Prometheus' HTTP API, of a server of ours or the user's: everything is asked by timestamp.

use std::collections::BTreeMap;
use std::fmt;

use hyper::StatusCode;
use hyper::body::Bytes;
use live_world::timer::Timer;
use observatory::promql::{Element, MatrixRow, Value};
use observatory::series::{Labels, Sample};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::live::http::{Answer, Client};
use crate::live::{rfc3339, url};

/// A server that is asked.
#[derive(Clone)]
pub(crate) struct Api(Client);

/// Why something was not told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ApiError {
    /// The server does not do what it is asked, in its words: a query that cannot be evaluated, for example.
    Refused(String),
    /// It cannot be reached, or is no Prometheus.
    Failed(String),
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Refused(cause) | Self::Failed(cause)) = self;
        f.write_str(cause)
    }
}

impl From<ApiError> for String {
    fn from(error: ApiError) -> Self {
        error.to_string()
    }
}

/// The greatest number of points of one series in an answer: Prometheus refuses more than 11,000.
const MOST_POINTS: i64 = 10_000;

/// A group of rules, as the server reports it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct RuleGroup {
    /// Its name.
    pub(crate) name: String,
    /// The path of its file, as the server knows it.
    pub(crate) file: String,
    /// How often it is evaluated, seconds.
    #[serde(rename = "interval")]
    pub(crate) interval_s: f64,
    /// When it was last evaluated: when that began, which is a little later than the time it was evaluated for.
    #[serde(rename = "lastEvaluation", deserialize_with = "time")]
    pub(crate) last_evaluation_ms: i64,
    /// Its rules, in order.
    pub(crate) rules: Vec<RuleState>,
}

/// A rule, as the server reports it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct RuleState {
    /// The alert's or the recorded series' name.
    pub(crate) name: String,
    /// `alerting` or `recording`.
    #[serde(rename = "type")]
    pub(crate) kind: String,
    /// `ok`, `err` or `unknown`: how its last evaluation ended.
    pub(crate) health: String,
    /// Its last error, if the last evaluation ended in one.
    #[serde(rename = "lastError", default)]
    pub(crate) last_error: String,
}

/// An alert that is pending or fires.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct ActiveAlert {
    /// All labels, `alertname` included.
    #[serde(deserialize_with = "labels")]
    pub(crate) labels: Labels,
    /// `pending` or `firing`.
    pub(crate) state: String,
}

impl Api {
    /// Asks the server at a URL.
    ///
    /// # Errors
    /// It is no URL that can be asked.
    pub(crate) fn new(timer: &Timer, url: &str) -> Result<Self, String> {
        Ok(Self(Client::new(timer, url)?))
    }

    /// The timers that it waits with.
    pub(crate) fn timer(&self) -> &Timer {
        self.0.timer()
    }

    /// Whether it answers queries yet.
    ///
    /// # Errors
    /// Not yet, and why.
    pub(crate) async fn ready(&self) -> Result<(), String> {
        let answer = self.0.get("/-/ready").await?;
        match answer.status {
            StatusCode::OK => Ok(()),
            status => Err(format!("it answers {status}: {}", String::from_utf8_lossy(&answer.body).trim())),
        }
    }

    /// The value of an expression at one time, milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// The server cannot be reached or refuses the query, in its words.
    pub(crate) async fn instant(&self, query: &str, time_ms: i64) -> Result<Value, ApiError> {
        let data: Data = self.ask("query", &[("query", query), ("time", &seconds(time_ms))]).await?;
        data.read()
    }

    /// The values of an expression at every step from one time to another, both included.
    ///
    /// # Errors
    /// As of [`Self::instant`].
    pub(crate) async fn range(
        &self,
        query: &str,
        from_ms: i64,
        to_ms: i64,
        step_ms: i64,
    ) -> Result<Vec<MatrixRow>, ApiError> {
        let step_ms = step_ms.max(1);
        let step = format!("{step_ms}ms");
        let mut rows: BTreeMap<Labels, Vec<Sample>> = BTreeMap::new();
        let mut from_ms = from_ms;
        while from_ms <= to_ms {
            let last_ms = to_ms.min(from_ms.saturating_add(step_ms.saturating_mul(MOST_POINTS)));
            let (start, end) = (seconds(from_ms), seconds(last_ms));
            let fields = [("query", query), ("start", &*start), ("end", &*end), ("step", &*step)];
            let data: Data = self.ask("query_range", &fields).await?;
            for row in data.matrix()? {
                rows.entry(row.labels).or_default().extend(row.samples);
            }
            from_ms += (last_ms - from_ms) / step_ms * step_ms + step_ms;
        }
        Ok(rows.into_iter().map(|(labels, samples)| MatrixRow { labels, samples }).collect())
    }

    /// The samples that a selector finds from one time to another, both included, at the times at which they were
    /// taken.
    ///
    /// # Errors
    /// As of [`Self::instant`].
    pub(crate) async fn samples(
        &self,
        selector: &str,
        from_ms: i64,
        to_ms: i64,
    ) -> Result<Vec<MatrixRow>, ApiError> {
        // Prometheus 3 leaves out what lies on the left boundary, Prometheus 2 does not.
        let query = format!("{selector}[{}ms]", (to_ms - from_ms).max(0) + 1);
        let Value::Matrix(mut rows) = self.instant(&query, to_ms).await? else {
            return Err(ApiError::Failed(format!("`{query}` gave no samples but something else")));
        };
        for row in &mut rows {
            row.samples.retain(|sample| sample.time_ms >= from_ms);
        }
        rows.retain(|row| !row.samples.is_empty());
        Ok(rows)
    }

    /// The rules that it evaluates, by groups.
    ///
    /// # Errors
    /// As of [`Self::instant`].
    pub(crate) async fn rules(&self) -> Result<Vec<RuleGroup>, ApiError> {
        #[derive(Deserialize)]
        struct Rules {
            groups: Vec<RuleGroup>,
        }
        Ok(self.ask::<Rules>("rules", &[]).await?.groups)
    }

    /// The alerts that are pending or fire now.
    ///
    /// # Errors
    /// As of [`Self::instant`].
    pub(crate) async fn alerts(&self) -> Result<Vec<ActiveAlert>, ApiError> {
        #[derive(Deserialize)]
        struct Alerts {
            alerts: Vec<ActiveAlert>,
        }
        Ok(self.ask::<Alerts>("alerts", &[]).await?.alerts)
    }

    /// How many targets it scrapes, and how many Alertmanagers it tells.
    ///
    /// # Errors
    /// As of [`Self::instant`].
    pub(crate) async fn peers(&self) -> Result<(usize, usize), ApiError> {
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Targets {
            active_targets: Vec<IgnoredAny>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Alertmanagers {
            active_alertmanagers: Vec<IgnoredAny>,
        }
        let targets: Targets = self.ask("targets", &[]).await?;
        let alertmanagers: Alertmanagers = self.ask("alertmanagers", &[]).await?;
        Ok((targets.active_targets.len(), alertmanagers.active_alertmanagers.len()))
    }

    /// Queries are posted, as they can be longer than a URL may be.
    async fn ask<T: DeserializeOwned>(&self, what: &str, fields: &[(&str, &str)]) -> Result<T, ApiError> {
        let path = format!("/api/v1/{what}");
        let answer = match fields.is_empty() {
            true => self.0.get(&path).await,
            false => {
                let form = Bytes::from(url::form(fields));
                self.0.post(&path, "application/x-www-form-urlencoded", form).await
            }
        };
        read(what, &answer.map_err(ApiError::Failed)?)
    }
}

/// What is common to all answers.
#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
enum Envelope<T> {
    Success {
        data: T,
    },
    Error {
        #[serde(rename = "errorType")]
        kind: String,
        error: String,
    },
}

fn read<T: DeserializeOwned>(what: &str, answer: &Answer) -> Result<T, ApiError> {
    match serde_json::from_slice(&answer.body) {
        Ok(Envelope::Success { data }) => Ok(data),
        Ok(Envelope::Error { kind, error }) => {
            Err(ApiError::Refused(format!("Prometheus refuses the {what}: {kind}: {error}")))
        }
        Err(error) => Err(ApiError::Failed(format!(
            "the answer to {what} is not of Prometheus' API (status {}): {error}",
            answer.status.as_u16()
        ))),
    }
}

/// The result of a query.
#[derive(Deserialize)]
#[serde(tag = "resultType", content = "result", rename_all = "lowercase")]
enum Data {
    Scalar((f64, String)),
    String((f64, String)),
    Vector(Vec<VectorRow>),
    Matrix(Vec<SeriesRow>),
}

#[derive(Deserialize)]
struct VectorRow {
    #[serde(deserialize_with = "labels")]
    metric: Labels,
    value: (f64, String),
}

#[derive(Deserialize)]
struct SeriesRow {
    #[serde(deserialize_with = "labels")]
    metric: Labels,
    values: Vec<(f64, String)>,
}

impl Data {
    fn read(self) -> Result<Value, ApiError> {
        Ok(match self {
            Self::Scalar((_, value)) => Value::Scalar(number(&value)?),
            Self::String((_, text)) => Value::Text(text),
            Self::Vector(rows) => {
                let element =
                    |row: VectorRow| Ok(Element { labels: row.metric, value: number(&row.value.1)? });
                Value::Vector(rows.into_iter().map(element).collect::<Result<_, ApiError>>()?)
            }
            matrix @ Self::Matrix(_) => Value::Matrix(matrix.matrix()?),
        })
    }

    fn matrix(self) -> Result<Vec<MatrixRow>, ApiError> {
        let Self::Matrix(rows) = self else {
            return Err(ApiError::Failed("the result is not a matrix".to_owned()));
        };
        let sample = |(time, value): (f64, String)| -> Result<Sample, ApiError> {
            Ok(Sample { time_ms: (time * 1000.0).round() as i64, value: number(&value)? })
        };
        let row = |row: SeriesRow| -> Result<MatrixRow, ApiError> {
            let samples = row.values.into_iter().map(sample).collect::<Result<_, ApiError>>()?;
            Ok(MatrixRow { labels: row.metric, samples })
        };
        rows.into_iter().map(row).collect()
    }
}

fn number(text: &str) -> Result<f64, ApiError> {
    text.parse().map_err(|_| ApiError::Failed(format!("the value {text:?} is not a number")))
}

/// With milliseconds, which is as exact as Prometheus is.
fn seconds(time_ms: i64) -> String {
    let sign = if time_ms < 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", time_ms.unsigned_abs() / 1000, time_ms.unsigned_abs() % 1000)
}

fn labels<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Labels, D::Error> {
    Ok(BTreeMap::<String, String>::deserialize(deserializer)?.into_iter().collect())
}

fn time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<i64, D::Error> {
    let text = String::deserialize(deserializer)?;
    rfc3339::to_ms(&text).ok_or_else(|| serde::de::Error::custom(format!("{text:?} is not a time")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(body: &str) -> Result<Value, ApiError> {
        read::<Data>(
            "query",
            &Answer { status: StatusCode::OK, body: Bytes::copy_from_slice(body.as_bytes()) },
        )?
        .read()
    }

    #[test]
    fn results_of_all_kinds_are_read() {
        let vector = r#"{"status":"success","data":{"resultType":"vector","result":[
            {"metric":{"__name__":"up","job":"a"},"value":[1.5,"1"]},{"metric":{},"value":[1.5,"+Inf"]}]}}"#;
        let Ok(Value::Vector(elements)) = value(vector) else { panic!("not a vector") };
        assert_eq!(elements[0].labels.to_string(), "up{job=\"a\"}");
        assert_eq!((elements[0].value, elements[1].value), (1.0, f64::INFINITY));
        let matrix = r#"{"status":"success","data":{"resultType":"matrix","result":[
            {"metric":{},"values":[[1700000000.123,"1"],[1700000001,"NaN"]]}]}}"#;
        let Ok(Value::Matrix(rows)) = value(matrix) else { panic!("not a matrix") };
        assert_eq!(rows[0].samples[0], Sample { time_ms: 1_700_000_000_123, value: 1.0 });
        assert!(rows[0].samples[1].value.is_nan());
        let scalar = r#"{"status":"success","data":{"resultType":"scalar","result":[1,"2.5"]}}"#;
        assert_eq!(value(scalar), Ok(Value::Scalar(2.5)));
    }

    #[test]
    fn refusals_and_other_servers_are_told_apart() {
        let error = value(r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#)
            .unwrap_err()
            .to_string();
        assert!(error.contains("bad_data: parse error"), "{error}");
        let error = value("<html>").unwrap_err().to_string();
        assert!(error.contains("not of Prometheus' API (status 200)"), "{error}");
    }
}
