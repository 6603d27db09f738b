//! A replica's metrics as Prometheus reads them.

use metrics_exporter_prometheus::{
    BuildError, Matcher, PrometheusBuilder, PrometheusHandle, PrometheusRecorder,
};

/// Where a replica's metrics go, and who renders them.
pub struct Exporter {
    /// What the replica counts with.
    pub recorder: PrometheusRecorder,
    /// Renders the text format.
    pub handle: PrometheusHandle,
}

impl Exporter {
    /// One whose histograms have these bucket bounds.
    ///
    /// # Errors
    /// A histogram without bounds.
    pub fn new(
        histograms: impl IntoIterator<Item = (&'static str, &'static [f64])>,
    ) -> Result<Self, BuildError> {
        let recorder = histograms
            .into_iter()
            .try_fold(PrometheusBuilder::new(), |builder, (name, bounds)| {
                builder.set_buckets_for_metric(Matcher::Full(name.to_owned()), bounds)
            })?
            .build_recorder();
        Ok(Self { handle: recorder.handle(), recorder })
    }
}
