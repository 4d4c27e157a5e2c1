//! The order of two values of one field.

use std::cmp::Ordering;

use chrono::NaiveDateTime;

use crate::schema::value::Value;

/// The order of two values; `None` if they have none (different kinds, NaN). A day in a datetime field counts as its
/// midnight; where one side has an offset and the other has none, the other is taken as UTC.
pub fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Integer(left), Value::Integer(right)) => Some(left.cmp(right)),
        (Value::Boolean(left), Value::Boolean(right)) => Some(left.cmp(right)),
        (Value::Time(left), Value::Time(right)) => Some(left.cmp(right)),
        (Value::Year(left), Value::Year(right)) => Some(left.cmp(right)),
        (Value::YearMonth(year, month), Value::YearMonth(other_year, other_month)) => {
            Some((year, month).cmp(&(other_year, other_month)))
        }
        _ => match (moment(left), moment(right)) {
            (Some(left), Some(right)) => Some(left.cmp(&right)),
            _ => numbers(left, right),
        },
    }
}

fn moment(value: &Value) -> Option<NaiveDateTime> {
    match value {
        Value::Date(date) => Some(date.and_time(chrono::NaiveTime::MIN)),
        Value::DateTime(moment) | Value::Instant(moment) => Some(*moment),
        _ => None,
    }
}

fn numbers(left: &Value, right: &Value) -> Option<Ordering> {
    match (exact(left), exact(right)) {
        (Some(left), Some(right)) => Some(decimals(left, right)),
        _ => float(left)?.partial_cmp(&float(right)?),
    }
}

fn exact(value: &Value) -> Option<(i128, u8)> {
    match value {
        Value::Integer(value) => Some((*value, 0)),
        Value::Number { mantissa, scale } => Some((*mantissa, *scale)),
        _ => None,
    }
}

fn float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(value) => Some(*value),
        _ => exact(value).map(|(mantissa, scale)| mantissa as f64 / 10_f64.powi(i32::from(scale))),
    }
}

/// Compares without rounding: brings both to the larger scale; the one that overflows there is the larger in magnitude.
fn decimals((left, left_scale): (i128, u8), (right, right_scale): (i128, u8)) -> Ordering {
    let raise = |value: i128, by: u8| match value {
        0 => Some(0),
        _ => 10_i128.checked_pow(u32::from(by)).and_then(|factor| value.checked_mul(factor)),
    };
    if left_scale < right_scale {
        match raise(left, right_scale - left_scale) {
            Some(left) => left.cmp(&right),
            None => left.cmp(&0),
        }
    } else {
        match raise(right, left_scale - right_scale) {
            Some(right) => left.cmp(&right),
            None => 0.cmp(&right),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn number(mantissa: i128, scale: u8) -> Value {
        Value::Number { mantissa, scale }
    }

    #[rstest]
    #[case(number(10, 1), number(1, 0), Some(Ordering::Equal))]
    #[case(number(250, 2), number(26, 1), Some(Ordering::Less))]
    #[case(number(-250, 2), number(-26, 1), Some(Ordering::Greater))]
    #[case::no_rounding(
        number(10_000_000_000_000_000_000_000_001, 25),
        number(1, 0),
        Some(Ordering::Greater)
    )]
    #[case::overflowing_left(number(i128::MAX, 0), number(1, 30), Some(Ordering::Greater))]
    #[case::overflowing_right(number(1, 30), number(i128::MIN, 0), Some(Ordering::Greater))]
    #[case::zero(number(0, 0), number(1, 200), Some(Ordering::Less))]
    #[case(Value::Float(f64::INFINITY), number(i128::MAX, 0), Some(Ordering::Greater))]
    #[case(Value::Float(f64::NAN), number(1, 0), None)]
    #[case(Value::Integer(2), number(20, 1), Some(Ordering::Equal))]
    #[case(Value::YearMonth(2026, 4), Value::YearMonth(2025, 12), Some(Ordering::Greater))]
    #[case(Value::Text, Value::Text, None)]
    #[case(Value::Year(2026), Value::Integer(2026), None)]
    fn values_are_ordered(#[case] left: Value, #[case] right: Value, #[case] expected: Option<Ordering>) {
        assert_eq!(compare(&left, &right), expected);
    }
}
