//! The reserve's states as tables, and a small world that does what the machine says while anything happens to it.

use proptest::prelude::*;

use super::Output::{DecideAgain, Release, StartReserve};
use super::State::{Active, Draining, HandingOver, Reserve, Swapping};
use super::{After, HandOver, Input, Machine, Output, Overflow, ReservePlan, Route, State};

const PLAN: ReservePlan = ReservePlan {
    types: 1,
    replicas: 1,
    after: After::Release,
    hand_over: HandOver::FirstReady,
    overflow: Overflow::Hold,
    absorb_bursts: false,
};

const KEPT: ReservePlan = ReservePlan { after: After::Keep, ..PLAN };

/// A row of a table: what happens, where that leads, what is to be done.
type Row<'r> = (Input, State, &'r [Output]);

const fn lost(state: State, todo: &[Output]) -> Row<'_> {
    (Input::ReserveLost, state, todo)
}

const fn failed(todo: &[Output]) -> Row<'_> {
    (Input::StandardFailed, Reserve, todo)
}

/// Goes through a table from a revision with one standard instance.
#[track_caller]
fn check(plan: ReservePlan, rows: &[Row]) -> Machine {
    let mut machine = Machine::new(plan, 1);
    for (index, (input, state, todo)) in rows.iter().enumerate() {
        let done = machine.on(*input);
        assert_eq!((machine.state(), done.as_slice()), (*state, *todo), "row {index}: {input:?}");
        assert_eq!(machine.waits_for_request(), *state == Reserve);
    }
    machine
}

const fn start(count: u32) -> Output {
    StartReserve { type_index: 0, count }
}

const fn next(type_index: u32) -> Output {
    StartReserve { type_index, count: 1 }
}

const fn standards(count: u32) -> Output {
    Output::Standards(count)
}

const TO_RESERVE: Output = Output::Route(Route::Reserve);
const TO_STANDARD: Output = Output::Route(Route::Standard);
const TO_BOTH: Output = Output::Route(Route::StandardThenReserve);
const NOTHING: &[Output] = &[];

const SWAP: Row = (Input::Wanted(0), Swapping, &[start(1)]);
const SWAPPED: Row = (Input::ReserveReady, Reserve, &[standards(0), TO_RESERVE]);
const FIRST_REQUEST: Row = (Input::Request, HandingOver, &[standards(1)]);
const STANDARD_READY: Row = (Input::Usable(1), Draining, &[TO_STANDARD]);
const DRAINED: Row = (Input::Drained, Active, &[Release(1)]);

/// The documented round, twice: the reserve first, then the standard goes; a request brings it back at once.
#[test]
fn there_and_back() {
    let round = [SWAP, SWAPPED, FIRST_REQUEST, STANDARD_READY, DRAINED];
    let machine = check(PLAN, &[round, round].concat());
    assert_eq!((machine.ready(), machine.starting()), (0, 0));
}

#[test]
fn a_kept_reserve_is_there_at_once_the_next_time() {
    check(
        KEPT,
        &[
            SWAP,
            SWAPPED,
            FIRST_REQUEST,
            (Input::Usable(1), Active, &[TO_STANDARD]),
            (Input::Wanted(3), Active, &[standards(3)]),
            (Input::Wanted(0), Reserve, &[standards(0), TO_RESERVE]),
            FIRST_REQUEST,
        ],
    );
}

#[test]
fn the_autoscaler_may_wake_it_before_the_request_is_told() {
    check(PLAN, &[SWAP, SWAPPED, (Input::Wanted(2), HandingOver, &[standards(2)]), (Input::Request, HandingOver, NOTHING)]);
}

/// The autoscaler's view lags: a wish for none does not undo what a request began, a wish for more is obeyed.
#[test]
fn a_late_zero_does_not_undo_a_hand_over() {
    check(
        PLAN,
        &[
            SWAP,
            SWAPPED,
            FIRST_REQUEST,
            (Input::Wanted(0), HandingOver, NOTHING),
            (Input::Wanted(1), HandingOver, NOTHING),
            (Input::Wanted(4), HandingOver, &[standards(4)]),
            STANDARD_READY,
            (Input::Wanted(5), Draining, &[standards(5)]),
        ],
    );
}

/// A request in the middle of a swap is served by the standard; what comes of it is the autoscaler's wish.
#[test]
fn a_request_in_the_middle_of_a_swap_calls_it_off_when_the_autoscaler_has_seen_it() {
    let called_off: Row = (Input::Wanted(1), Active, &[Release(1)]);
    let machine = check(PLAN, &[SWAP, (Input::Request, Swapping, NOTHING), called_off, SWAP, SWAPPED]);
    assert_eq!(machine.ready(), 1);
}

#[test]
fn or_finds_the_reserve_there_first() {
    let rows: [Row; 6] = [
        SWAP,
        (Input::Request, Swapping, NOTHING),
        SWAPPED, // the standard ends what it has begun
        (Input::Wanted(1), HandingOver, &[standards(1)]),
        STANDARD_READY,
        DRAINED,
    ];
    check(PLAN, &rows);
}

#[test]
fn more_wanted_in_the_middle_of_a_swap() {
    check(PLAN, &[SWAP, (Input::Wanted(0), Swapping, NOTHING), (Input::Wanted(3), Active, &[standards(3), Release(1)])]);
}

#[test]
fn a_kept_reserve_goes_on_starting_when_the_swap_is_called_off() {
    let absorbing = ReservePlan { absorb_bursts: true, ..KEPT };
    check(
        absorbing,
        &[
            SWAP,
            (Input::Wanted(1), Active, NOTHING),
            (Input::ReserveReady, Active, &[TO_BOTH]),
            (Input::Wanted(0), Reserve, &[standards(0), TO_RESERVE]),
            FIRST_REQUEST,
            (Input::Usable(1), Active, &[TO_BOTH]),
        ],
    );
    check(KEPT, &[SWAP, (Input::Wanted(1), Active, NOTHING), (Input::Wanted(0), Swapping, NOTHING), SWAPPED]);
}

#[test]
fn types_are_tried_in_order() {
    let plan = ReservePlan { types: 3, ..PLAN };
    check(
        plan,
        &[
            SWAP,
            (Input::StockOut { type_index: 0 }, Swapping, &[next(1)]),
            (Input::StockOut { type_index: 1 }, Swapping, &[next(2)]),
            SWAPPED,
        ],
    );
}

/// Nothing to be had: the standard stays, and it begins again with the first.
#[test]
fn all_types_out_of_stock() {
    let plan = ReservePlan { types: 2, ..PLAN };
    check(
        plan,
        &[
            SWAP,
            (Input::StockOut { type_index: 0 }, Swapping, &[next(1)]),
            (Input::StockOut { type_index: 1 }, Active, &[DecideAgain]),
            SWAP,
            SWAPPED,
        ],
    );
}

/// Two replicas: each goes through the list by itself; one is better than none.
#[test]
fn replicas_are_waited_for_and_go_one_by_one() {
    let plan = ReservePlan { types: 2, replicas: 2, ..PLAN };
    let begun: [Row; 3] = [
        (Input::Wanted(0), Swapping, &[start(2)]),
        (Input::StockOut { type_index: 0 }, Swapping, &[next(1)]),
        (Input::ReserveReady, Swapping, NOTHING),
    ];
    let both: [Row; 5] = [
        SWAPPED,
        FIRST_REQUEST,
        (Input::Usable(1), Draining, &[TO_STANDARD]),
        (Input::Drained, Draining, &[Release(1)]),
        (Input::Drained, Active, &[Release(1)]),
    ];
    check(plan, &[&begun[..], &both[..]].concat());
    let one: [Row; 1] = [(Input::StockOut { type_index: 1 }, Reserve, &[standards(0), TO_RESERVE])];
    check(plan, &[&begun[..], &one[..]].concat());
}

#[test]
fn the_hand_over_can_wait_for_enough() {
    let plan = ReservePlan { hand_over: HandOver::EnoughReady, ..PLAN };
    check(
        plan,
        &[
            SWAP,
            SWAPPED,
            FIRST_REQUEST,
            (Input::Wanted(3), HandingOver, &[standards(3)]),
            (Input::Usable(1), HandingOver, &[TO_BOTH]),
            (Input::Usable(2), HandingOver, NOTHING),
            (Input::Usable(3), Draining, &[TO_STANDARD]),
        ],
    );
    let fewer: Row = (Input::Wanted(1), Draining, &[standards(1), TO_STANDARD]);
    check(plan, &[SWAP, SWAPPED, (Input::Wanted(2), HandingOver, &[standards(2)]), (Input::Usable(1), HandingOver, &[TO_BOTH]), fewer]);
}

#[test]
fn overflow_is_held_or_served_by_more() {
    check(PLAN, &[SWAP, SWAPPED, FIRST_REQUEST, (Input::Overflow, HandingOver, NOTHING)]);
    let plan = ReservePlan { overflow: Overflow::Start, types: 2, ..PLAN };
    check(
        plan,
        &[
            SWAP,
            (Input::Overflow, Swapping, NOTHING),
            SWAPPED,
            FIRST_REQUEST,
            (Input::Overflow, HandingOver, &[start(1)]),
            (Input::Overflow, HandingOver, NOTHING),
            (Input::StockOut { type_index: 0 }, HandingOver, &[next(1)]),
            (Input::ReserveReady, HandingOver, NOTHING),
            (Input::Overflow, HandingOver, &[start(1)]),
            (Input::Usable(1), Draining, &[Release(1), TO_STANDARD]),
            (Input::Drained, Draining, &[Release(1)]),
            DRAINED,
        ],
    );
    let kept = ReservePlan { overflow: Overflow::Start, ..KEPT };
    let more: [Row; 2] = [(Input::Overflow, HandingOver, &[start(1)]), (Input::ReserveReady, HandingOver, NOTHING)];
    let back: [Row; 2] = [(Input::Usable(1), Draining, &[TO_STANDARD]), DRAINED];
    let machine = check(kept, &[&[SWAP, SWAPPED, FIRST_REQUEST][..], &more, &back].concat());
    assert_eq!(machine.ready(), 1, "the one that is kept");
}

/// Scaled to zero again while the reserve still drains: it is taken back, and what is missing is started.
#[test]
fn a_draining_reserve_is_taken_back() {
    let draining = [SWAP, SWAPPED, FIRST_REQUEST, STANDARD_READY];
    let back: [Row; 2] = [(Input::Wanted(0), Reserve, &[standards(0), TO_RESERVE]), (Input::Drained, Reserve, NOTHING)];
    check(PLAN, &[&draining[..], &back].concat());
    let plan = ReservePlan { replicas: 2, ..PLAN };
    let rows: [Row; 8] = [
        (Input::Wanted(0), Swapping, &[start(2)]),
        (Input::ReserveReady, Swapping, NOTHING),
        SWAPPED,
        FIRST_REQUEST,
        (Input::Usable(1), Draining, &[TO_STANDARD]),
        (Input::Drained, Draining, &[Release(1)]),
        (Input::Wanted(0), Swapping, &[start(1)]),
        SWAPPED,
    ];
    check(plan, &rows);
}

#[test]
fn a_lost_reserve_is_replaced_unless_the_standard_is_on_its_way() {
    check(PLAN, &[SWAP, SWAPPED, lost(Reserve, &[start(1)]), FIRST_REQUEST, (Input::ReserveReady, HandingOver, NOTHING), STANDARD_READY]);
    check(PLAN, &[SWAP, SWAPPED, FIRST_REQUEST, lost(HandingOver, NOTHING), (Input::Usable(1), Active, &[TO_STANDARD])]);
    check(PLAN, &[SWAP, SWAPPED, FIRST_REQUEST, STANDARD_READY, lost(Active, NOTHING)]);
    let kept: [Row; 4] = [SWAP, SWAPPED, FIRST_REQUEST, (Input::Usable(1), Active, &[TO_STANDARD])];
    check(KEPT, &[&kept[..], &[lost(Active, &[start(1)])]].concat());
}

/// No reserve to replace it: the standard comes back, and goes again when one can be had.
#[test]
fn no_reserve_to_be_had_brings_the_standard_back() {
    let out: Row = (Input::StockOut { type_index: 0 }, HandingOver, &[standards(1)]);
    check(PLAN, &[SWAP, SWAPPED, lost(Reserve, &[start(1)]), out, (Input::Usable(1), Active, &[TO_STANDARD]), SWAP]);
}

#[test]
fn a_standard_that_cannot_be_had_leaves_the_reserve() {
    check(PLAN, &[SWAP, SWAPPED, FIRST_REQUEST, failed(&[standards(0)]), FIRST_REQUEST, STANDARD_READY]);
    check(
        PLAN,
        &[
            SWAP,
            SWAPPED,
            FIRST_REQUEST,
            lost(HandingOver, NOTHING),
            failed(&[standards(0), start(1)]),
            (Input::ReserveReady, Reserve, NOTHING),
        ],
    );
}

/// A revision created with none: its reserve comes first.
#[test]
fn a_revision_that_begins_at_zero_gets_its_reserve() {
    let mut machine = Machine::new(PLAN, 0);
    assert_eq!(machine.on(Input::Wanted(0)), [start(1)]);
    assert_eq!((machine.on(Input::ReserveReady), machine.state()), (vec![TO_RESERVE], Reserve));
}

/// A world that does what it is told, with its own count of everybody.
struct World {
    machine: Machine,
    route: Route,
    standards: u32,
    usable: u32,
    reserves: u32,
    /// The types of the starting ones, in the order in which they were asked for.
    starting: Vec<u32>,
}

impl World {
    fn new(plan: ReservePlan) -> World {
        let machine = Machine::new(plan, 1);
        World { machine, route: Route::Standard, standards: 1, usable: 1, reserves: 0, starting: Vec::new() }
    }

    fn tell(&mut self, input: Input) {
        for output in self.machine.on(input) {
            self.obey(output);
        }
        assert_eq!((self.reserves, self.starting.len() as u32), (self.machine.ready(), self.machine.starting()));
        assert_eq!(self.route, self.machine.route());
        self.assert_somebody_serves_or_comes();
    }

    fn obey(&mut self, output: Output) {
        match output {
            StartReserve { type_index, count } => self.starting.extend((0..count).map(|_| type_index)),
            Release(count) => {
                let starting = (count as usize).min(self.starting.len());
                self.starting.truncate(self.starting.len() - starting);
                self.reserves -= count - starting as u32;
            }
            Output::Standards(count) => {
                let stands_in = self.reserves > 0 || self.usable == 0;
                assert!(count > 0 || stands_in, "a usable standard goes when a reserve is usable");
                self.standards = count;
                self.usable = self.usable.min(count);
            }
            Output::Route(route) => self.route = route,
            DecideAgain => {}
        }
    }

    /// Whoever asks is served, or somebody is coming for him.
    fn assert_somebody_serves_or_comes(&self) {
        let reserve = self.reserves + self.starting.len() as u32 > 0;
        let served = match self.route {
            Route::Standard => self.standards > 0,
            Route::Reserve => reserve || self.standards > 0,
            Route::StandardThenReserve => self.usable > 0 || reserve,
        };
        assert!(served, "nobody serves: {:?}", self.machine);
    }

    /// One of the things that can happen, if it can.
    fn happen(&mut self, what: u8, number: u32) {
        let (starting, types) = (self.starting.len(), self.machine.plan().types);
        match what {
            0 => self.tell(Input::Wanted(number)),
            1 => self.tell(Input::Wanted(0)),
            2 if self.usable < self.standards => {
                self.usable += 1;
                self.tell(Input::Usable(self.usable));
            }
            3 if self.usable < self.standards => self.tell(Input::StandardFailed),
            4 | 5 if starting > 0 => {
                self.starting.remove(0);
                self.reserves += 1;
                self.tell(Input::ReserveReady);
            }
            6 if starting > 0 => {
                let type_index = self.starting.remove(0);
                assert!(type_index < types);
                self.tell(Input::StockOut { type_index });
            }
            7 if self.reserves > 0 => {
                self.reserves -= 1;
                self.tell(Input::ReserveLost);
            }
            8 => self.tell(Input::Request),
            9 => self.tell(Input::Overflow),
            10 if self.machine.state() == Draining => self.tell(Input::Drained),
            _ => {}
        }
    }
}

fn plans() -> impl Strategy<Value = ReservePlan> {
    (1u32..3, 1u32..4, any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
        |(types, replicas, keep, enough, more, absorb)| ReservePlan {
            types,
            replicas,
            after: if keep { After::Keep } else { After::Release },
            hand_over: if enough { HandOver::EnoughReady } else { HandOver::FirstReady },
            overflow: if more { Overflow::Start } else { Overflow::Hold },
            absorb_bursts: absorb && keep,
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_somebody_serves(plan in plans(), story in prop::collection::vec((0u8..11, 1u32..5), 1..60)) {
        let mut world = World::new(plan);
        for (what, number) in story {
            world.happen(what, number);
        }
        // And if nothing fails any more, a request is served by a standard instance in the end, and the reserve is gone or kept.
        world.tell(Input::Wanted(1));
        for _ in 0..40 {
            world.happen(4, 1);
            world.happen(2, 1);
            world.happen(10, 1);
        }
        prop_assert_eq!(world.machine.state(), Active);
        prop_assert!(world.usable > 0);
        let kept = if plan.after == After::Keep { plan.replicas } else { 0 };
        prop_assert!(world.reserves <= kept);
    }
}
