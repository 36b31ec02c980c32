//! Instances by class and by type, and the sizes that exist.

use std::collections::BTreeMap;

use super::Check;
use crate::billing::book::InstanceType;
use crate::billing::decimal::Decimal;
use crate::billing::entry::{Class, Discount, Resources};
use crate::billing::file::{ClassFile, DiscountFile, ResourcesFile, SizesFile, TypeFile};
use crate::billing::shapes::SizeRule;
use crate::billing::{Shape, Shapes, UnitOf};
use crate::error::Problem;
use crate::units::{Bytes, Share, UnitError};

impl Check {
    pub(super) fn class(&mut self, key: &str, file: ClassFile) -> Option<Class> {
        let path = format!("rates.{key}");
        if file.vcpu.is_none() && file.memory.is_none() {
            self.report(Problem::new("missing-key", &path, "a class needs a price of `vcpu`, of `memory`, or of both"));
        }
        let on_demand = self.resources(&path, Some(ResourcesFile { vcpu: file.vcpu, memory: file.memory }));
        let kept = file.kept;
        let has_serving = kept.serving.is_some();
        let kept_serving = self.resources(&format!("{path}.kept.serving"), kept.serving);
        let vcpu_milli_max = match file.vcpu_max {
            Some(text) => Some(self.milli(&format!("{path}.vcpu-max"), &text)?),
            None => None,
        };
        Some(Class {
            on_demand,
            kept_always: self.resources(&format!("{path}.kept.always"), kept.always),
            kept_idle: self.resources(&format!("{path}.kept.idle"), kept.idle),
            kept_serving: has_serving.then_some(kept_serving),
            vcpu_milli_max,
            spot: file.spot.and_then(|it| self.discount(&format!("{path}.spot"), it)),
        })
    }

    fn resources(&mut self, path: &str, file: Option<ResourcesFile>) -> Resources {
        let (vcpu, memory) = file.map_or((None, None), |file| (file.vcpu, file.memory));
        Resources {
            vcpu: vcpu.and_then(|it| self.entry(&format!("{path}.vcpu"), it, UnitOf::Vcpu)),
            memory: memory.and_then(|it| self.entry(&format!("{path}.memory"), it, UnitOf::Gib)),
        }
    }

    fn discount(&mut self, path: &str, file: DiscountFile) -> Option<Discount> {
        self.check_source(path, &file.source);
        let share = file.discount.parse::<Share>().map(|share| (share.0 * 10_000.0).round() as u64);
        let fits = share.and_then(|it| match it {
            1..=9_999 => Ok(it),
            _ => Err(UnitError(format!("`{}` is no discount: it lies between 0 % and 100 %", file.discount))),
        });
        let basis_points = self.note(&format!("{path}.discount"), fits.map_err(|error| Problem::new("bad-price", "", error.0)))?;
        Some(Discount { basis_points, source: file.source })
    }

    pub(super) fn instance_type(&mut self, key: &str, file: TypeFile) -> Option<InstanceType> {
        let path = format!("types.{key}");
        let memory = self.bytes(&format!("{path}.memory"), &file.memory);
        if memory == Some(Bytes(0)) {
            self.report(Problem::new("zero-size", format!("{path}.memory"), "an instance without memory"));
        }
        let vcpu_milli = self.milli(&format!("{path}.vcpu"), &file.vcpu);
        let category = self.named(&format!("{path}.category"), &file.category);
        let price = self.optional(&path, (file.price, file.unit, file.source), UnitOf::Instance);
        let spot = file.spot.and_then(|it| self.entry(&format!("{path}.spot"), it, UnitOf::Instance));
        Some(InstanceType { shape: Shape { vcpu_milli: vcpu_milli?, memory: memory? }, category: category?, price: price?, spot })
    }

    pub(super) fn shapes(&mut self, specs: &BTreeMap<String, Vec<String>>, sizes: Option<SizesFile>) -> Shapes {
        if let Some(sizes) = sizes {
            if !specs.is_empty() {
                self.report(Problem::new("contradiction", "sizes", "sizes are listed in `specs` or follow the rules of `sizes`, not both"));
            }
            return Shapes::by_rule(self.size_rule(sizes));
        }
        let listed = specs.iter().flat_map(|(vcpu, gibs)| self.listed_sizes(vcpu, gibs)).collect();
        Shapes::new(listed)
    }

    fn listed_sizes(&mut self, vcpu: &str, gibs: &[String]) -> Vec<Shape> {
        let path = format!("specs.{vcpu}");
        let Some(vcpu_milli) = self.milli(&path, vcpu) else { return Vec::new() };
        let gibs: Vec<_> = gibs.iter().filter_map(|gib| self.milli(&path, gib)).collect();
        gibs.into_iter().map(|gib_milli| Shape { vcpu_milli, memory: gib_milli_to_bytes(gib_milli) }).collect()
    }

    fn size_rule(&mut self, file: SizesFile) -> SizeRule {
        let mut vcpu_milli: Vec<u64> = file.vcpu.iter().filter_map(|text| self.milli("sizes.vcpu", text)).collect();
        vcpu_milli.sort_unstable();
        let mut memory = |key: &str, text: Option<String>| text.and_then(|text| self.bytes(&format!("sizes.{key}"), &text));
        let rule = SizeRule {
            vcpu_milli,
            memory_step: memory("memory-step", file.memory_step).unwrap_or_default(),
            memory_min: memory("memory-min", file.memory_min).unwrap_or_default(),
            memory_max: memory("memory-max", file.memory_max),
            memory_per_vcpu_min: memory("memory-per-vcpu-min", file.memory_per_vcpu_min).unwrap_or_default(),
            memory_per_vcpu_max: memory("memory-per-vcpu-max", file.memory_per_vcpu_max),
        };
        if rule.memory_per_vcpu_max.is_some_and(|most| most < rule.memory_per_vcpu_min || most.0 == 0) {
            self.report(Problem::new("contradiction", "sizes.memory-per-vcpu-max", "no memory is enough for a vCPU and not too much"));
        }
        rule
    }

    /// A number of vCPUs or GiB in thousandths, above zero.
    pub(super) fn milli(&mut self, path: &str, text: &str) -> Option<u64> {
        let milli = Decimal::parse(text).ok().and_then(Decimal::milli).filter(|milli| (1..=100_000_000).contains(milli));
        if milli.is_none() {
            let message = format!("`{text}` is no size; write a number above 0, at most 100000, with at most three decimals");
            self.report(Problem::new("bad-size", path, message));
        }
        milli
    }

    pub(super) fn bytes(&mut self, path: &str, text: &str) -> Option<Bytes> {
        self.note(path, text.parse().map_err(|error: UnitError| Problem::new("bad-size", "", error.0)))
    }
}

/// Rounded up to whole bytes: half a GiB is exact, a third is not.
fn gib_milli_to_bytes(gib_milli: u64) -> Bytes {
    Bytes((gib_milli << 30).div_ceil(1000))
}
