use std::collections::BTreeMap;
use std::ops::{Add, Div, Mul, Sub};

use proptest::prelude::*;

use super::*;

fn cpu(capacity: u64) -> Cpu {
    let mut cpu = Cpu::default();
    cpu.reset(SimTime::ZERO, capacity);
    cpu
}

/// What happens to a CPU, at a time in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Act {
    /// The next id joins with so much work.
    Join(u64),
    /// This id leaves, if it is there.
    Leave(u32),
    /// The CPU is given this capacity.
    Cut(u64),
}

use Act::{Cut, Join, Leave};

/// Plays acts in order of time, waking up when something is due. When each id was done, and the work done in all.
fn play(capacity: u64, acts: &[(u64, Act)]) -> (BTreeMap<u32, u64>, u128) {
    let (mut cpu, mut done, mut tickets) = (cpu(capacity), BTreeMap::new(), Vec::new());
    let mut given = 0;
    let mut acts = acts.iter().copied().peekable();
    loop {
        let next = acts.peek().map_or(SimTime::NEVER, |(at, _)| SimTime(*at));
        let now = next.min(cpu.due());
        if now == SimTime::NEVER {
            assert_eq!(cpu.settle(), given, "work is conserved");
            return (done, given);
        }
        if cpu.due() == now {
            let before = done.len();
            while let Some(id) = cpu.take(now) {
                done.insert(id, now.0);
                given += tickets.iter().find(|ticket: &&Ticket| ticket.id == id).unwrap().work_units();
            }
            assert!(done.len() > before, "somebody was due");
            continue;
        }
        match acts.next().unwrap().1 {
            Join(work) => tickets.push(cpu.join(now, work, tickets.len() as u32)),
            Leave(id) if (id as usize) < tickets.len() && !done.contains_key(&id) => {
                given += cpu.leave(now, &tickets[id as usize]);
                done.insert(id, u64::MAX);
            }
            Leave(_) => {}
            Cut(capacity) => cpu.set_capacity(now, capacity),
        }
    }
}

#[track_caller]
fn check(capacity: u64, acts: &[(u64, Act)], expected: &[u64]) {
    let (done, _) = play(capacity, acts);
    assert_eq!(done.into_values().collect::<Vec<_>>(), expected);
}

#[test]
fn alone_work_takes_its_time() {
    check(VCPU, &[(5, Join(40))], &[45]);
    check(4 * VCPU, &[(5, Join(40))], &[45]);
    check(VCPU / 2, &[(5, Join(40))], &[85]);
    check(300_000, &[(0, Join(1))], &[4]);
    check(VCPU, &[(0, Join(WORK_MAX))], &[WORK_MAX]);
}

/// Two on one vCPU go at half speed until the shorter is done; three on two vCPUs at two thirds.
#[test]
fn the_runnable_share_alike() {
    check(VCPU, &[(0, Join(10)), (0, Join(30))], &[20, 40]);
    check(VCPU, &[(0, Join(10)), (4, Join(10))], &[16, 20]);
    check(2 * VCPU, &[(0, Join(10)), (0, Join(10)), (0, Join(10))], &[15, 15, 15]);
    check(2 * VCPU, &[(0, Join(10)), (0, Join(10)), (6, Join(10))], &[12, 12, 18]);
    check(3 * VCPU / 2, &[(0, Join(10)), (0, Join(10))], &[14, 14]);
}

/// A third of a nanosecond and two thirds are one: the end is not a nanosecond late.
#[test]
fn fractions_that_add_up_to_a_nanosecond_do() {
    let three = [(0, Join(1)), (0, Join(2)), (0, Join(3))];
    check(VCPU, &three, &[3, 5, 6]);
    let fourth = [(0, Join(3)), (0, Join(9)), (0, Join(9)), (1, Join(9)), (5, Leave(3))];
    // 1/3 + 4/4 at 5; then 5/3 more at a third each: 5 ns. The others then have 6 each and 12 ns for both.
    check(VCPU, &fourth, &[10, 22, 22, u64::MAX]);
}

/// What is left of the nanosecond in which one ends goes to the others.
#[test]
fn no_part_of_a_nanosecond_is_lost() {
    // 1 and 7 on 0.6 vCPU: the first is done at 10/3, told at 4; 8 ns of work in all take 13.33.
    check(600_000, &[(0, Join(1)), (0, Join(7))], &[4, 14]);
    let many: Vec<(u64, Act)> = (0..9).map(|_| (0, Join(1))).chain([(0, Join(1000))]).collect();
    assert_eq!(play(700_000, &many).0[&9], 1009 * 10 / 7 + 1);
}

#[test]
fn a_cut_puts_off_and_a_rise_brings_forward() {
    check(2 * VCPU, &[(0, Join(100)), (50, Cut(VCPU / 10))], &[550]);
    check(2 * VCPU, &[(0, Join(100)), (50, Cut(VCPU / 10)), (150, Cut(2 * VCPU))], &[190]);
    check(2 * VCPU, &[(0, Join(100)), (50, Cut(0)), (1000, Cut(VCPU))], &[1050]);
    check(4 * VCPU, &[(0, Join(10)), (0, Join(10)), (5, Cut(600_000))], &[22, 22]);
}

#[test]
fn cuts_are_told_apart_from_contention() {
    let mut cpu = cpu(2 * VCPU);
    let first = cpu.join(SimTime(0), 100, 0);
    let second = cpu.join(SimTime(0), 100, 1);
    cpu.set_capacity(SimTime(10), VCPU);
    let third = cpu.join(SimTime(20), 100, 2);
    cpu.set_capacity(SimTime(32), 2 * VCPU);
    // 10 at a half in place of a whole, then 12 at a third in place of two thirds.
    assert_eq!([first, second, third].map(|it| cpu.lost_to_cuts(&it) / u128::from(UNIT)), [9, 9, 4]);
    assert_eq!(cpu.in_use(), 2 * VCPU);
    assert_eq!(cpu.used(SimTime(32)), 2 * 10 + 22);
}

#[test]
fn use_is_known_at_every_instant() {
    let mut cpu = cpu(2 * VCPU);
    cpu.join(SimTime(0), 9, 0);
    let used: Vec<u128> = [3, 6].map(|at| cpu.used(SimTime(at))).into();
    assert_eq!((used, cpu.in_use()), (vec![3, 6], VCPU));
    cpu.join(SimTime(6), 9, 1);
    cpu.join(SimTime(6), 9, 2);
    assert_eq!((cpu.used(SimTime(7)), cpu.in_use()), (8, 2 * VCPU));
    while cpu.due() < SimTime::NEVER {
        let due = cpu.due();
        while cpu.take(due).is_some() {}
    }
    assert_eq!((cpu.used(SimTime(99)), cpu.in_use(), cpu.runnable()), (27, 0, 0));
}

/// One that has left is not done, whoever has its id later.
#[test]
fn ids_are_used_again() {
    let mut cpu = cpu(VCPU);
    let long = cpu.join(SimTime(0), 10, 7);
    cpu.join(SimTime(0), 4, 8);
    assert_eq!(cpu.leave(SimTime(2), &long), UNIT.into());
    cpu.join(SimTime(2), 9, 7);
    assert_eq!((cpu.due(), cpu.take(SimTime(8))), (SimTime(8), Some(8)));
    assert_eq!((cpu.due(), cpu.take(SimTime(14))), (SimTime(14), Some(7)));
}

/// An exact fraction, for an oracle of small numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Exact(i128, i128);

fn exact(top: i128, bottom: i128) -> Exact {
    let gcd = |mut a: i128, mut b: i128| {
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a.abs()
    };
    let common = gcd(top, bottom) * bottom.signum();
    Exact(top / common, bottom / common)
}

impl Add for Exact {
    type Output = Exact;
    fn add(self, it: Exact) -> Exact {
        exact(self.0 * it.1 + it.0 * self.1, self.1 * it.1)
    }
}

impl Sub for Exact {
    type Output = Exact;
    fn sub(self, it: Exact) -> Exact {
        self + exact(-it.0, it.1)
    }
}

impl Mul for Exact {
    type Output = Exact;
    fn mul(self, it: Exact) -> Exact {
        exact(self.0 * it.0, self.1 * it.1)
    }
}

impl Div for Exact {
    type Output = Exact;
    fn div(self, it: Exact) -> Exact {
        exact(self.0 * it.1, self.1 * it.0)
    }
}

impl PartialOrd for Exact {
    fn partial_cmp(&self, it: &Exact) -> Option<std::cmp::Ordering> {
        (self.0 * it.1).partial_cmp(&(it.0 * self.1))
    }
}

/// The definition, step by step in fractions: everybody's remaining work, and no clock of whole nanoseconds.
fn oracle(mut capacity: u64, acts: &[(u64, Act)]) -> BTreeMap<u32, u64> {
    let (mut done, mut left, mut joined) = (BTreeMap::new(), BTreeMap::<u32, Exact>::new(), 0);
    let mut now = exact(0, 1);
    let mut acts = acts.iter().copied().peekable();
    while acts.peek().is_some() || !left.is_empty() {
        let rate = exact(i128::from(capacity.min(left.len() as u64 * VCPU)), i128::from(VCPU) * left.len().max(1) as i128);
        let shortest = left.values().copied().reduce(|a, b| if b < a { b } else { a });
        let end = shortest.filter(|_| rate.0 > 0).map(|work| now + work / rate);
        let next = acts.peek().map(|(at, _)| exact(i128::from(*at), 1));
        let to = match (end, next) {
            (Some(end), Some(next)) => {
                if next < end {
                    next
                } else {
                    end
                }
            }
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => return done,
        };
        left.values_mut().for_each(|work| *work = *work - (to - now) * rate);
        now = to;
        let ended: Vec<u32> = left.iter().filter(|(_, work)| work.0 == 0).map(|(id, _)| *id).collect();
        for id in &ended {
            left.remove(id);
            done.insert(*id, (now.0 + now.1 - 1).div_euclid(now.1) as u64);
        }
        if !ended.is_empty() || next != Some(now) {
            continue;
        }
        match acts.next().unwrap().1 {
            Join(work) => {
                left.insert(joined, exact(i128::from(work), 1));
                joined += 1;
            }
            Leave(id) => {
                if left.remove(&id).is_some() {
                    done.insert(id, u64::MAX);
                }
            }
            Cut(to) => capacity = to,
        }
    }
    done
}

fn acts() -> impl Strategy<Value = Vec<(u64, Act)>> {
    let capacity = prop_oneof![Just(VCPU / 4), Just(VCPU / 2), Just(VCPU), Just(3 * VCPU / 2), Just(2 * VCPU), Just(3 * VCPU)];
    let act = prop_oneof![6 => (1u64..40).prop_map(Join), 1 => (0u32..6).prop_map(Leave), 1 => capacity.prop_map(Cut)];
    proptest::collection::vec((0u64..80, act), 1..9).prop_map(|mut acts| {
        acts.sort_by_key(|(at, _)| *at);
        acts
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    /// To the nanosecond, whatever joins, leaves and cuts there are. `play` asserts besides that work is conserved.
    #[test]
    fn ends_are_those_of_the_definition(capacity in prop_oneof![Just(VCPU), Just(2 * VCPU), Just(600_000)], acts in acts()) {
        let acts: Vec<_> = acts.into_iter().chain([(100, Cut(VCPU))]).collect();
        prop_assert_eq!(play(capacity, &acts).0, oracle(capacity, &acts));
    }

    /// Looking at the CPU in between changes nothing, and what it has used is never less than before nor more than it has.
    #[test]
    fn it_is_the_same_however_time_is_cut(acts in acts(), looks in proptest::collection::vec(0u64..300, 0..40)) {
        let mut seen = [cpu(VCPU), cpu(VCPU)];
        let (mut ids, mut done, mut before) = (0, [Vec::new(), Vec::new()], 0);
        for now in 0..=300 {
            let now = SimTime(now);
            for (index, cpu) in seen.iter_mut().enumerate() {
                if cpu.due() <= now {
                    while let Some(id) = cpu.take(now) {
                        done[index].push((id, now));
                    }
                }
            }
            if looks.contains(&now.0) {
                let used = seen[0].used(now);
                prop_assert!(used >= before && used <= 3 * u128::from(now.0));
                before = used;
            }
            for (_, act) in acts.iter().filter(|(at, _)| *at == now.0) {
                for cpu in &mut seen {
                    match *act {
                        Join(work) => drop(cpu.join(now, work, ids)),
                        Leave(_) => {}
                        Cut(to) => cpu.set_capacity(now, to),
                    }
                }
                ids += 1;
            }
        }
        let [first, second] = &mut seen;
        prop_assert_eq!(first.used_units(SimTime(300)), second.used_units(SimTime(300)));
        prop_assert_eq!(&done[0], &done[1]);
    }
}

/// Long and crowded: 200,000 come and go on a CPU that is never idle. It has worked all the time, but for the units by which
/// joins round up: under 50 millionths of a nanosecond in all.
#[test]
fn a_long_busy_stretch_does_not_drift() {
    const JOINS: u32 = 200_000;
    let (mut cpu, mut state, mut now, mut ended) = (cpu(VCPU), 1u64, 0u64, 0);
    cpu.join(SimTime(0), WORK_MAX, u32::MAX);
    for id in 0..JOINS {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        now += (state >> 40) % 1000;
        while cpu.due().0 <= now {
            let due = cpu.due();
            ended += std::iter::from_fn(|| cpu.take(due)).count();
        }
        cpu.join(SimTime(now), 1 + (state >> 20) % 900, id);
    }
    assert!(ended > 190_000 && now > 90_000_000, "{ended} ended in {now} ns");
    let beyond = cpu.used_units(SimTime(now)).checked_sub(u128::from(now) * u128::from(UNIT));
    assert!(beyond.is_some_and(|units| units <= JOINS.into()), "{beyond:?}");
}
