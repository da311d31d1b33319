use rust_decimal::Decimal;
use thiserror::Error;

/// Text that is not the quantity it should be: what is wrong, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{problem}")]
pub struct ParseError {
    /// What is wrong with the text, as a lower-case fragment that quotes it.
    pub problem: String,
    /// What to write instead, with an example.
    pub help: String,
}

impl ParseError {
    pub(crate) fn new(problem: impl Into<String>, help: impl Into<String>) -> Self {
        Self { problem: problem.into(), help: help.into() }
    }
}

/// Reads a plain, non-negative decimal number: digits, at most one point, nothing else.
///
/// Exponents, signs, `NaN`, thousands separators and more than 18 decimals are refused: a figure
/// that somebody must defend is written out.
///
/// # Errors
/// [`ParseError`] with a hint when the text is not such a number.
///
/// ```
/// assert_eq!(imgcost::units::parse_decimal("0.10").unwrap().to_string(), "0.10");
/// assert!(imgcost::units::parse_decimal("1e9").is_err());
/// ```
pub fn parse_decimal(text: &str) -> Result<Decimal, ParseError> {
    let wrong = |what: &str| {
        let help = "write a plain decimal number such as 12 or 0.045";
        Err(ParseError::new(format!("`{text}` {what}"), help))
    };
    if text.is_empty() {
        return wrong("is empty; a number is expected");
    }
    if text.starts_with('-') {
        return wrong("is negative");
    }
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(decimals) {
        return wrong("is not a plain decimal number");
    }
    if whole.len() > 16 || decimals.len() > 18 {
        return wrong("has too many digits");
    }
    match Decimal::from_str_exact(text) {
        Ok(number) => Ok(number),
        Err(_) => wrong("is not a plain decimal number"),
    }
}

/// Splits `12.5GB` into its number and its unit; the number is checked, the unit is not.
pub(crate) fn number_and_unit<'t>(
    text: &'t str,
    help: &str,
) -> Result<(Decimal, &'t str), ParseError> {
    let text = text.trim();
    let cut = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(cut);
    if number.is_empty() {
        let problem = if text.is_empty() {
            "is empty"
        } else if text.starts_with('-') {
            "is negative"
        } else {
            "does not start with a number"
        };
        return Err(ParseError::new(format!("`{text}` {problem}"), help));
    }
    // An exponent would otherwise be read as a unit that starts with `e`.
    let exponent = unit.strip_prefix(['e', 'E']).is_some_and(|rest| {
        rest.trim_start_matches(['+', '-']).starts_with(|c: char| c.is_ascii_digit())
    });
    if exponent {
        return Err(ParseError::new(format!("`{text}` uses exponent notation"), help));
    }
    let number = parse_decimal(number).map_err(|wrong| ParseError::new(wrong.problem, help))?;
    Ok((number, unit.trim()))
}
