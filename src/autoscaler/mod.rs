//! Who decides how many instances there are: each policy sees an observation and gives a decision, and touches nothing.

pub mod fixed;
pub mod go;
pub mod hpa;
pub mod keep_alive;
pub mod knative;
pub mod kpa;

use schemars::JsonSchema;
use serde::Deserialize;

use crate::error::{Problem, below};

/// Declares the autoscalers: how each is written, checked and listed. A new one is a file and a line here.
macro_rules! autoscalers {
    ($($variant:ident($spec:ty) = $name:literal: $summary:literal,)*) => {
        /// Who decides how many instances there are.
        #[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
        pub enum AutoscalerSpec {
            $(
                #[doc = $summary]
                #[serde(rename = $name)]
                $variant($spec),
            )*
        }

        impl AutoscalerSpec {
            /// What is wrong with it.
            pub fn check(&self) -> Vec<Problem> {
                match self { $(AutoscalerSpec::$variant(spec) => below($name, spec.check()).collect(),)* }
            }
        }

        /// Name and summary of every autoscaler, for `coldcast list policies`.
        pub const AUTOSCALERS: &[(&str, &str)] = &[$(($name, $summary),)*];
    };
}

autoscalers! {
    Kpa(kpa::KpaSpec) = "kpa": "Knative's pod autoscaler: scales with concurrency or requests per second, and to zero",
    Hpa(hpa::HpaSpec) = "hpa": "Kubernetes' horizontal pod autoscaler over a Deployment: CPU, memory, concurrency or requests per second",
    Fixed(fixed::FixedSpec) = "fixed": "so many instances, always",
    KeepAlive(keep_alive::KeepAliveSpec) = "keep-alive": "an instance a request, kept warm for a time, as AWS Lambda does",
}

impl Default for AutoscalerSpec {
    fn default() -> Self {
        AutoscalerSpec::Kpa(kpa::KpaSpec::default())
    }
}
