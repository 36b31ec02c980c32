//! The JSON contract of a sweep: stable; fields are added, none is renamed.

use serde_json::{Map, Value, json};

use super::super::json::{ends, nested, number, with_head};
use crate::experiment::{Standing, Sweep, SweptCell, Varied};

/// The document, indented, with a line break at its end.
pub(super) fn render(sweep: &Sweep) -> String {
    format!("{:#}\n", document(sweep))
}

/// The document as a value.
pub(super) fn document(sweep: &Sweep) -> Value {
    let about = &sweep.about;
    let rest = json!({
        "price_book": about.price_book,
        "currency": about.currency,
        "axes": sweep.axes.iter().map(axis).collect::<Vec<_>>(),
        "frontier": super::cells::frontier(sweep),
        "cells": sweep.cells.iter().enumerate().map(|(index, it)| cell(sweep, index, it)).collect::<Vec<_>>(),
        "warnings": about.warnings,
    });
    with_head(about, rest)
}

fn axis(axis: &Varied) -> Value {
    json!({ "path": axis.path, "values": axis.levels })
}

fn cell(sweep: &Sweep, index: usize, cell: &SweptCell) -> Value {
    let set = sweep.axes.iter().zip(&cell.levels).map(|(axis, level)| (axis.path.clone(), json!(level.map(|level| &axis.levels[level]))));
    let (by, surely) = match cell.standing {
        Standing::Beaten { by, surely } => (json!(by), json!(surely)),
        Standing::Frontier | Standing::Unknown => (Value::Null, Value::Null),
    };
    let mut object = Map::new();
    let mut add = |key: &str, value: Value| object.insert(key.to_owned(), value);
    add("cell", json!(index));
    add("policy", json!(cell.policy));
    add("same_as", json!(cell.also));
    add("set", Value::Object(set.collect()));
    add("frontier", json!(cell.standing == Standing::Frontier));
    add("beaten_by", by);
    add("beaten_surely", surely);
    add("gave_up", json!(cell.gave_up));
    add("figures", Value::Object(nested(|index, unit| cell.figures[index].map_or(Value::Null, |it| number(it.point, unit)))));
    add("intervals", Value::Object(nested(|index, unit| cell.figures[index].map_or(Value::Null, |it| ends(&it, unit)))));
    Value::Object(object)
}
