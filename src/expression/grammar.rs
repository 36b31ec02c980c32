//! The grammar: from text to what was written, with the place of every part. Meaning is given in [`formula`](super::formula).
//!
//! ```text
//! claim   = sum relation sum [ "within" sum ]        product = signed { ("*" | "/") signed }
//! sum     = product { ("+" | "-") product }          signed  = { "-" } atom
//! atom    = number [unit] | figure [ "(" policy ")" ] | "(" sum ")"
//! ```

use std::ops::Range;

use winnow::ascii::{digit1, multispace0};
use winnow::combinator::{alt, cut_err, delimited, eof, opt, preceded, repeat, terminated};
use winnow::error::{ContextError, ErrMode, StrContext, StrContextValue};
use winnow::stream::{LocatingSlice, Location as _};
use winnow::token::{one_of, take_till, take_while};
use winnow::{ModalResult, Parser};

use super::claim::Relation;
use super::{DEPTH_MAX, Fault, LENGTH_MAX};

type Input<'i> = LocatingSlice<&'i str>;

/// A part of an expression and the bytes it was written at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Written {
    pub part: Part,
    pub at: Range<usize>,
}

/// What was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// A number and its unit, as written: `1m30s`.
    Number { value: f64, unit: String },
    /// A figure, perhaps of another policy.
    Figure { name: String, policy: Option<(String, Range<usize>)> },
    /// Its negative.
    Negative(Box<Written>),
    /// Two joined.
    Joined(Operator, Box<Written>, Box<Written>),
}

/// What joins two quantities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Plus,
    Minus,
    Times,
    Over,
}

/// A whole comparison.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WrittenClaim {
    pub left: Written,
    pub relation: Relation,
    pub relation_at: Range<usize>,
    pub right: Written,
    pub within: Option<Written>,
}

/// Reads a comparison.
pub(super) fn claim(text: &str) -> Result<WrittenClaim, Fault> {
    read(text, written_claim)
}

/// Reads a quantity.
pub(super) fn sum_alone(text: &str) -> Result<Written, Fault> {
    read(text, terminated(sum, end("an operator or the end")))
}

fn read<'i, T>(text: &'i str, mut parser: impl Parser<Input<'i>, T, ErrMode<ContextError>>) -> Result<T, Fault> {
    refuse_monsters(text)?;
    let mut input = LocatingSlice::new(text);
    parser.parse_next(&mut input).map_err(|error| {
        let error = error.into_inner().unwrap_or_default();
        fault(text, input.current_token_start(), &error)
    })
}

/// What would exhaust the stack, and is no expression of a person.
fn refuse_monsters(text: &str) -> Result<(), Fault> {
    let fault = |message: String| Err(Fault::new(text, 0..0, message));
    if text.chars().count() > LENGTH_MAX {
        let short = text.chars().take(40).collect::<String>();
        return Err(Fault::new(&(short + "…"), 0..0, format!("an expression of more than {LENGTH_MAX} characters")));
    }
    let mut depth = 0usize;
    for c in text.chars() {
        match c {
            '(' if depth == DEPTH_MAX => return fault(format!("parentheses more than {DEPTH_MAX} deep")),
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// The message for what was found at `at`.
fn fault(text: &str, at: usize, error: &ContextError) -> Fault {
    // The innermost parser was the first to say what it missed.
    let expected = error.context().find_map(|context| match context {
        StrContext::Expected(StrContextValue::Description(what)) => Some(*what),
        _ => None,
    });
    let expected = expected.unwrap_or("an expression");
    let rest = &text[at..];
    let length = match rest.chars().next() {
        Some(c) if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
        Some(c) => c.len_utf8(),
        None => 0,
    };
    let found = if rest.is_empty() { "it ends here".to_owned() } else { format!("found `{}`", &rest[..length]) };
    Fault::new(text, at..at + length, format!("expected {expected}; {found}"))
}

fn word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.')
}

fn expected(what: &'static str) -> StrContext {
    StrContext::Expected(StrContextValue::Description(what))
}

fn end<'i>(what: &'static str) -> impl Parser<Input<'i>, &'i str, ErrMode<ContextError>> {
    preceded(multispace0, cut_err(eof.context(expected(what))))
}

/// A character between blanks.
fn sign<'i>(c: char) -> impl Parser<Input<'i>, char, ErrMode<ContextError>> {
    delimited(multispace0, c, multispace0)
}

fn written_claim(input: &mut Input) -> ModalResult<WrittenClaim> {
    let left = sum.parse_next(input)?;
    let relation = cut_err(relation.context(expected("an operator or a relation (`<`, `<=`, `>`, `>=`, `==`)")));
    let (relation, relation_at) = preceded(multispace0, relation.with_span()).parse_next(input)?;
    let right = cut_err(sum).parse_next(input)?;
    let tolerance = preceded((multispace0, "within"), cut_err(sum));
    let within = if relation == Relation::Equal { opt(tolerance).parse_next(input)? } else { None };
    let what = if relation == Relation::Equal { "an operator, `within` or the end" } else { "an operator or the end" };
    end(what).parse_next(input)?;
    Ok(WrittenClaim { left, relation, relation_at, right, within })
}

fn relation(input: &mut Input) -> ModalResult<Relation> {
    alt((
        "<=".value(Relation::AtMost),
        ">=".value(Relation::AtLeast),
        "==".value(Relation::Equal),
        "≤".value(Relation::AtMost),
        "≥".value(Relation::AtLeast),
        '<'.value(Relation::Below),
        '>'.value(Relation::Above),
    ))
    .parse_next(input)
}

fn sum(input: &mut Input) -> ModalResult<Written> {
    let operator = alt((sign('+').value(Operator::Plus), sign('-').value(Operator::Minus)));
    chain(product, operator, input)
}

fn product(input: &mut Input) -> ModalResult<Written> {
    let operator = alt((sign('*').value(Operator::Times), sign('/').value(Operator::Over)));
    chain(signed, operator, input)
}

/// Operands joined from the left.
fn chain<'i>(
    operand: fn(&mut Input<'i>) -> ModalResult<Written>,
    mut operator: impl Parser<Input<'i>, Operator, ErrMode<ContextError>>,
    input: &mut Input<'i>,
) -> ModalResult<Written> {
    let mut all = operand(input)?;
    while let Some(operator) = opt(operator.by_ref()).parse_next(input)? {
        let right = cut_err(operand).parse_next(input)?;
        let at = all.at.start..right.at.end;
        all = Written { part: Part::Joined(operator, Box::new(all), Box::new(right)), at };
    }
    Ok(all)
}

fn signed(input: &mut Input) -> ModalResult<Written> {
    multispace0.parse_next(input)?;
    let start = input.current_token_start();
    let signs: usize = repeat(0.., ('-', multispace0)).parse_next(input)?;
    let inner = atom.context(expected("a number, a figure or `(`")).parse_next(input)?;
    if signs.is_multiple_of(2) {
        return Ok(inner);
    }
    let at = start..inner.at.end;
    Ok(Written { part: Part::Negative(Box::new(inner)), at })
}

fn atom(input: &mut Input) -> ModalResult<Written> {
    alt((number, figure, parenthesis)).parse_next(input)
}

fn parenthesis(input: &mut Input) -> ModalResult<Written> {
    let close = preceded(multispace0, ')'.context(expected("an operator or `)`")));
    let inside = delimited('(', cut_err(sum), cut_err(close));
    let (inner, at) = inside.with_span().parse_next(input)?;
    Ok(Written { at, ..inner })
}

fn number(input: &mut Input) -> ModalResult<Written> {
    let digits = || take_while(1.., ('0'..='9', '_'));
    let plain = (digit1, opt(digits()), opt(('.', digits()))).take();
    let unit = || alt(("%", take_while(1.., |c: char| c.is_alphabetic())));
    let more = repeat::<_, _, (), _, _>(0.., (digits(), opt(('.', digits())), unit()));
    // `within` is a word of its own, not a unit.
    let units = preceded(multispace0, (unit().verify(|unit: &str| unit != "within"), more).take());
    let ((value, unit), at) = (plain, opt(units)).with_span().parse_next(input)?;
    let value = value.replace('_', "").parse().map_err(|_| ErrMode::Cut(ContextError::new()))?;
    Ok(Written { part: Part::Number { value, unit: unit.unwrap_or_default().to_owned() }, at })
}

fn figure(input: &mut Input) -> ModalResult<Written> {
    let first = one_of(|c: char| c.is_alphabetic() || c == '_');
    let name = (first, take_while(0.., word)).take();
    let ((name, policy), at) = (name, opt(policy)).with_span().parse_next(input)?;
    Ok(Written { part: Part::Figure { name: name.to_owned(), policy }, at })
}

/// `(keep-one)`; a name with a parenthesis in it stands in quotes.
fn policy(input: &mut Input) -> ModalResult<(String, Range<usize>)> {
    let quoted = |quote: char| delimited(quote, take_till(0.., quote), quote);
    let bare = take_till(1.., [')', '(', '"', '\'']).map(|name: &str| name.trim_end());
    let name = alt((quoted('"'), quoted('\''), bare)).context(expected("the name of a policy"));
    let close = preceded(multispace0, ')'.context(expected("`)` behind the name of a policy")));
    let inside = delimited(multispace0, name.with_span(), close);
    let (name, at) = preceded((multispace0, '('), cut_err(inside)).parse_next(input)?;
    Ok((name.to_owned(), at))
}
