//! How a user asks for CPU credits: mostly by asking, since the instance's type says the rest.

use schemars::JsonSchema;
use serde::Deserialize;

use super::family::{Edition, FAMILIES, Family, Listed, TypeRow, listed};
use super::ledger::{Mode, Rules};
use super::plan::CreditPlan;
use crate::error::{Problem, did_you_mean};

/// CPU credits of a burstable instance. All keys have defaults: `credits: {}` is the provider's own default.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct CreditsSpec {
    /// What happens when the credits are used up. Default: as the provider launches the family.
    pub mode: Option<Mode>,
    /// As of which table, where a provider changed it: `2020` for Alibaba's t5 before its baselines doubled. Default: the newest.
    pub edition: Option<String>,
    /// The family, if it is to be a certain one.
    pub family: Option<String>,
    /// The type whose credits these are, where a price book calls the instance otherwise. Default: the instance's type.
    #[serde(rename = "type")]
    pub type_name: Option<String>,
}

/// What a spec comes to for a type.
struct Resolved {
    type_name: String,
    listed: Listed,
    edition: &'static Edition,
    row: &'static TypeRow,
    mode: Mode,
}

impl CreditsSpec {
    /// What is wrong with it beside instances of these types. Of a mixed list only the burstable ones earn credits; of a list
    /// without any the first tells what is wrong.
    pub fn check_all(&self, types: &[Option<&str>]) -> Vec<Problem> {
        let asked = |name: &&Option<&str>| self.type_name.is_some() || name.is_some_and(CreditsSpec::is_burstable);
        let burstable: Vec<_> = types.iter().filter(asked).collect();
        let checked = if burstable.is_empty() { types.iter().take(1).collect() } else { burstable };
        let mut problems = Vec::new();
        for problem in checked.into_iter().flat_map(|name| self.check(*name)) {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        problems
    }

    /// It, for an instance of a list that it is meant for: of a mixed list only for the burstable ones.
    pub fn of<'a>(&'a self, type_name: Option<&str>) -> Option<&'a CreditsSpec> {
        (self.type_name.is_some() || type_name.is_some_and(CreditsSpec::is_burstable)).then_some(self)
    }

    /// Whether instances of this type earn CPU credits.
    pub fn is_burstable(name: &str) -> bool {
        listed().any(|(known, _)| known == name)
    }

    /// What is wrong with it for instances of this type; nothing is the type of instances by vCPU and memory.
    pub fn check(&self, instance_type: Option<&str>) -> Vec<Problem> {
        self.resolve(instance_type).err().unwrap_or_default()
    }

    /// The credits of instances of this type, billed in this currency. The spec has been checked; what can still be
    /// wrong is that the surcharge has no price in the currency.
    pub fn plan(&self, instance_type: Option<&str>, currency: &str) -> Result<CreditPlan, Problem> {
        let Resolved { type_name, listed, edition, row, mode } = self.resolve(instance_type).expect("checked");
        let surcharge = match mode {
            Mode::Standard => None,
            Mode::Unlimited => Some(price(&listed, currency)?),
        };
        Ok(CreditPlan {
            family: listed.family_name.to_owned(),
            type_name,
            edition: edition.name.clone(),
            vcpu: row.vcpu,
            rules: Rules::new(listed.family, edition, row, mode),
            surcharge,
            currency: currency.to_owned(),
        })
    }

    fn resolve(&self, instance_type: Option<&str>) -> Result<Resolved, Vec<Problem>> {
        let mut problems: Vec<Problem> = self.family.iter().filter_map(|name| unknown_family(name)).collect();
        let found = self.found(instance_type).map_err(|problem| problems.push(problem)).ok();
        let Some((type_name, listed)) = found.filter(|_| problems.is_empty()) else { return Err(problems) };
        let edition = self.edition(&listed).map_err(|problem| problems.push(problem)).ok();
        let mode = self.mode(&listed).map_err(|problem| problems.push(problem)).ok();
        let (Some((edition, row)), Some(mode)) = (edition, mode) else { return Err(problems) };
        Ok(Resolved { type_name, listed, edition, row, mode })
    }

    fn found(&self, instance_type: Option<&str>) -> Result<(String, Listed), Problem> {
        let (path, name) = match (&self.type_name, instance_type) {
            (Some(name), _) => ("type", name.as_str()),
            (None, Some(name)) => ("", name),
            (None, None) => {
                let problem = Problem::new("no-credits", "", "an instance by vCPU and memory earns no CPU credits");
                return Err(problem.hint("give the instance a burstable `type`, such as ecs.t6-c1m2.large, or leave `credits` out"));
            }
        };
        let Some(found) = listed().find(|(known, _)| known == name) else { return Err(not_burstable(path, name)) };
        match self.family.as_deref().filter(|family| *family != found.1.family_name) {
            Some(family) if FAMILIES.contains_key(family) => {
                let message = format!("`{name}` is not of the family `{family}`");
                Err(Problem::new("other-family", "family", message).hint(format!("it is of `{}`", found.1.family_name)))
            }
            _ => Ok(found),
        }
    }

    fn edition(&self, listed: &Listed) -> Result<(&'static Edition, &'static TypeRow), Problem> {
        let editions = &listed.family.editions;
        let edition = match &self.edition {
            None => &editions[0],
            Some(name) => editions.iter().find(|edition| edition.name == *name).ok_or_else(|| {
                let message = format!("the family `{}` has no edition `{name}`", listed.family_name);
                Problem::new("unknown-edition", "edition", message).hint(did_you_mean(name, editions.iter().map(|it| it.name.as_str())))
            })?,
        };
        if let Some(why) = &edition.conflict {
            let problem = Problem::new("conflicting-sources", "edition", format!("`{}` cannot be simulated: {why}", edition.name));
            return Err(problem.hint(format!("leave `edition` out for that of {}", editions[0].name)));
        }
        let row = edition.types.get(listed.size).ok_or_else(|| {
            let message = format!("the edition `{}` does not have this type", edition.name);
            Problem::new("unknown-edition", "edition", message).hint("leave it out for the newest")
        })?;
        Ok((edition, row))
    }

    fn mode(&self, listed: &Listed) -> Result<Mode, Problem> {
        match self.mode {
            Some(Mode::Unlimited) if listed.family.surcharge.is_none() => {
                let message = format!("{} has no unlimited mode", listed.family.summary);
                Err(Problem::new("no-unlimited-mode", "mode", message).hint("write `mode: standard`, or leave it out"))
            }
            mode => Ok(mode.unwrap_or(listed.family.default_mode)),
        }
    }
}

fn unknown_family(name: &str) -> Option<Problem> {
    let problem = Problem::new("unknown-family", "family", format!("unknown family of burstable instances `{name}`"));
    (!FAMILIES.contains_key(name)).then(|| problem.hint(did_you_mean(name, FAMILIES.keys().map(String::as_str))))
}

fn not_burstable(path: &str, name: &str) -> Problem {
    let types: Vec<String> = listed().map(|(name, _)| name).collect();
    let hint = match crate::error::nearest(name, types.iter().map(String::as_str)).filter(|near| shares_family(near, name)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "burstable are the types of ".to_owned() + &families() + "; leave `credits` out for any other",
    };
    Problem::new("no-credits", path, format!("`{name}` is no burstable type: it earns no CPU credits")).hint(hint)
}

/// A slip of the pen stays in its family: for `ecs.c6.large` no t6 is a suggestion.
fn shares_family(near: &str, name: &str) -> bool {
    let prefixes = FAMILIES.values().flat_map(|family: &Family| &family.prefixes);
    prefixes.into_iter().any(|prefix| near.starts_with(prefix.as_str()) && name.starts_with(prefix.as_str()))
}

fn families() -> String {
    let one = |family: &Family| format!("{} ({}...)", family.summary, family.prefixes.join("..., "));
    FAMILIES.values().map(one).collect::<Vec<_>>().join(", ")
}

fn price(listed: &Listed, currency: &str) -> Result<crate::units::Price, Problem> {
    let surcharge = listed.family.surcharge.as_ref().expect("unlimited is refused without one");
    surcharge.price_in(currency).ok_or_else(|| {
        let known: Vec<&str> = surcharge.price.keys().map(String::as_str).collect();
        let message = format!("{} has no price in {currency} for what is used beyond the credits", listed.family.summary);
        Problem::new("missing-price", "mode", message)
            .hint(format!("it has one in {}; with `mode: standard` none is needed", known.join(" and ")))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::{Money, Price, Span};

    fn spec(json: &str) -> CreditsSpec {
        serde_json::from_str(json).expect("readable")
    }

    /// What is refused: code, path and a part of the hint.
    #[track_caller]
    fn refused(json: &str, instance_type: Option<&str>, expected: &[(&str, &str, &str)]) {
        let problems = spec(json).check(instance_type);
        let seen: Vec<_> = problems.iter().map(|it| (it.code, it.path.as_str())).collect();
        let codes: Vec<_> = expected.iter().map(|(code, path, _)| (*code, *path)).collect();
        assert_eq!(seen, codes, "{problems:?}");
        for (problem, (.., hint)) in problems.iter().zip(expected) {
            assert!(problem.hint.as_ref().is_some_and(|it| it.contains(hint)), "{problem:?}");
        }
    }

    #[test]
    fn a_type_without_credits_is_refused() {
        refused("{}", Some("ecs.c6.large"), &[("no-credits", "", "leave `credits` out")]);
        refused("{}", Some("ecs.t6-c1m2.larg"), &[("no-credits", "", "did you mean `ecs.t6-c1m2.large`?")]);
        refused(r#"{"type": "t3.gigantic"}"#, Some("mine"), &[("no-credits", "type", "")]);
        refused("{}", None, &[("no-credits", "", "burstable `type`")]);
    }

    #[test]
    fn families_editions_and_modes_that_do_not_exist() {
        refused(r#"{"family": "alibaba-t7"}"#, Some("ecs.t6-c1m2.large"), &[("unknown-family", "family", "did you mean `alibaba-t")]);
        refused(r#"{"family": "aws-t3"}"#, Some("ecs.t6-c1m2.large"), &[("other-family", "family", "it is of `alibaba-t6`")]);
        refused(r#"{"edition": "2019"}"#, Some("ecs.t5-lc1m2.large"), &[("unknown-edition", "edition", "did you mean `202")]);
        refused(r#"{"mode": "unlimited"}"#, Some("Standard_B2s"), &[("no-unlimited-mode", "mode", "standard")]);
        refused(r#"{"mode": "unlimited"}"#, Some("e2-micro"), &[("no-unlimited-mode", "mode", "standard")]);
        refused(
            r#"{"mode": "unlimited", "edition": "2022-preview"}"#,
            Some("Standard_B2ts_v2"),
            &[("conflicting-sources", "edition", "that of 2024"), ("no-unlimited-mode", "mode", "standard")],
        );
        let both = [("unknown-family", "family", ""), ("no-credits", "", "")];
        refused(r#"{"family": "?"}"#, Some("ecs.c6.large"), &both);
        assert!(serde_json::from_str::<CreditsSpec>(r#"{"modus": "standard"}"#).is_err());
    }

    #[test]
    fn a_surcharge_without_a_price_in_the_currency_is_refused() {
        let problem = spec("{}").plan(Some("t3.large"), "CNY").unwrap_err();
        assert_eq!((problem.code, problem.path.as_str()), ("missing-price", "mode"));
        assert!(problem.hint.unwrap().contains("it has one in USD; with `mode: standard` none is needed"));
        assert!(spec(r#"{"mode": "standard"}"#).plan(Some("t3.large"), "CNY").is_ok());
    }

    #[test]
    fn the_provider_s_defaults_hold() {
        let mode = |name| spec("{}").plan(Some(name), "USD").unwrap().rules.mode;
        assert_eq!(["t2.nano", "ecs.t6-c1m2.large", "Standard_B2s", "e2-micro"].map(mode), [Mode::Standard; 4]);
        assert_eq!(["t3.nano", "t3a.nano", "t4g.nano"].map(mode), [Mode::Unlimited; 3]);
    }

    #[test]
    fn the_edition_chooses_the_table_and_another_name_the_type() {
        let earn = |json| spec(json).plan(Some("ecs.t5-lc1m2.large"), "CNY").unwrap().rules.earn.as_vcpu_f64();
        assert_eq!([earn("{}"), earn(r#"{"edition": "2020"}"#)], [0.4, 0.2]);
        let plan = spec(r#"{"type": "ecs.t5-lc1m2.large", "family": "alibaba-t5"}"#).plan(Some("my-t5"), "CNY").unwrap();
        assert_eq!((plan.type_name.as_str(), plan.vcpu), ("ecs.t5-lc1m2.large", 2));
    }

    /// 1000 credits in each currency; a vCPU-hour that is no whole number of billionths a credit.
    #[test]
    fn a_surcharge_is_exact() {
        use super::super::amount::CpuTime;
        let charge = |name, currency, credits: u64| {
            let plan = spec(r#"{"mode": "unlimited"}"#).plan(Some(name), currency).unwrap();
            plan.charge(CpuTime::from_credits_milli(1000 * credits))
        };
        assert_eq!(charge("ecs.t5-lc1m2.large", "CNY", 1000), Money(5_000_000_000));
        assert_eq!(charge("ecs.t6-c1m1.large", "USD", 1000), Money(800_000_000));
        assert_eq!(charge("t3.nano", "USD", 60), Money(50_000_000));
        assert_eq!(charge("t3.nano", "USD", 1), Money(833_333));
        assert_eq!(charge("t4g.nano", "USD", 60), Money(40_000_000));
    }

    #[test]
    fn a_standard_instance_has_no_break_even() {
        let hourly = Price { nanos: 1, per: Span::from_secs(3600) };
        assert_eq!(spec("{}").plan(Some("t2.nano"), "USD").unwrap().break_even(hourly, hourly), None);
    }
}
