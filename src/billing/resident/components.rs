//! The pods of Knative and its ingresses, and what they request.
//!
//! From the default manifests, as collected in `specs/request-path-and-cold-start.md` 3.4: knative/serving
//! config/core/deployments, net-istio config/500-*.yaml, net-kourier config/300-*.yaml, istio/istio manifests/charts. HA is
//! two replicas of everything (Knative's and OpenShift's default), and for Istio today the three and three larger ones of
//! net-istio's own CI profile (third_party/istio-latest/istio-ci-no-mesh.yaml).

/// What a component belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Knative Serving's core.
    Knative,
    /// Its adapter for HPA-class services, which is optional.
    KnativeHpa,
    /// Knative's Istio integration.
    NetIstio,
    /// Istio since 1.5.
    Istio,
    /// Istio of 2020, with Mixer.
    IstioMixer,
    /// Kourier and Knative's integration of it.
    Kourier,
}

/// One deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Component {
    /// Its name.
    pub name: &'static str,
    /// What it belongs to.
    pub part: Part,
    /// Whether requests pass through it: then it is the gateway, not the control plane.
    pub is_gateway: bool,
    /// Without HA.
    pub plain: Pods,
    /// With HA.
    pub ha: Pods,
}

/// So many pods of a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pods {
    /// How many.
    pub replicas: u32,
    /// What each requests, in thousandths of a vCPU.
    pub vcpu_milli: u64,
    /// What each requests, in MiB.
    pub memory_mib: u64,
}

const fn pods(replicas: u32, vcpu_milli: u64, memory_mib: u64) -> Pods {
    Pods { replicas, vcpu_milli, memory_mib }
}

/// One replica, and two with HA.
const fn component(name: &'static str, part: Part, vcpu_milli: u64, memory_mib: u64) -> Component {
    Component { name, part, is_gateway: false, plain: pods(1, vcpu_milli, memory_mib), ha: pods(2, vcpu_milli, memory_mib) }
}

const fn gateway(name: &'static str, part: Part, vcpu_milli: u64, memory_mib: u64) -> Component {
    Component { is_gateway: true, ..component(name, part, vcpu_milli, memory_mib) }
}

/// Every component. Mixer-era pods without requests get the 10m that later charts give them (`global.defaultResources`);
/// Mixer's telemetry asks for 1 GB, which is 954 MiB.
pub const COMPONENTS: &[Component] = &[
    component("activator", Part::Knative, 300, 60),
    component("autoscaler", Part::Knative, 100, 100),
    component("controller", Part::Knative, 100, 100),
    component("webhook", Part::Knative, 100, 100),
    component("autoscaler-hpa", Part::KnativeHpa, 30, 40),
    component("net-istio-controller", Part::NetIstio, 30, 40),
    component("net-istio-webhook", Part::NetIstio, 20, 20),
    Component { ha: pods(3, 500, 2048), ..component("istiod", Part::Istio, 500, 2048) },
    Component { ha: pods(3, 1000, 1024), ..gateway("istio-ingressgateway", Part::Istio, 100, 128) },
    component("pilot", Part::IstioMixer, 500, 2048),
    component("mixer-telemetry", Part::IstioMixer, 1000, 954),
    component("mixer-policy", Part::IstioMixer, 10, 0),
    component("galley", Part::IstioMixer, 10, 0),
    component("citadel", Part::IstioMixer, 10, 0),
    component("sidecar-injector", Part::IstioMixer, 10, 0),
    component("prometheus", Part::IstioMixer, 10, 0),
    component("egressgateway", Part::IstioMixer, 10, 0),
    component("ingress", Part::IstioMixer, 10, 0),
    gateway("ingressgateway", Part::IstioMixer, 10, 0),
    component("net-kourier-controller", Part::Kourier, 200, 200),
    gateway("3scale-kourier-gateway", Part::Kourier, 200, 200),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// Pods, thousandths of a vCPU and MiB of these parts.
    fn totals(parts: &[Part], ha: bool) -> (u32, u64, u64) {
        let of = |it: &Component| if ha { it.ha } else { it.plain };
        COMPONENTS.iter().filter(|it| parts.contains(&it.part)).map(of).fold((0, 0, 0), |(pods, cpu, memory), it| {
            let replicas = u64::from(it.replicas);
            (pods + it.replicas, cpu + replicas * it.vcpu_milli, memory + replicas * it.memory_mib)
        })
    }

    #[track_caller]
    fn check(parts: &[Part], plain: (u32, u64, u64), ha: (u32, u64, u64)) {
        assert_eq!((totals(parts, false), totals(parts, true)), (plain, ha), "{parts:?}");
    }

    /// The table of totals in 3.4.
    #[test]
    fn totals_are_those_of_the_fact_sheet() {
        check(&[Part::Knative], (4, 600, 360), (8, 1200, 720));
        check(&[Part::Knative, Part::NetIstio], (6, 650, 420), (12, 1300, 840));
        check(&[Part::Istio], (2, 600, 2176), (6, 4500, 9216));
        check(&[Part::Knative, Part::NetIstio, Part::Istio], (8, 1250, 2596), (18, 5800, 10_056));
        check(&[Part::Knative, Part::Kourier], (6, 1000, 760), (12, 2000, 1520));
        let (plain, ha) = (totals(&[Part::IstioMixer], false).0, totals(&[Part::IstioMixer], true).0);
        assert_eq!((plain, ha), (10, 20), "ten controllers, twenty with HA: what the article says");
    }
}
