//! Formulas.
/// Why a formula has no value.
#[derive(Clone, Debug, PartialEq)]
pub struct FormulaError;
/// Evaluates.
pub fn evaluate(_formula: &str, _inputs: &[super::Input]) -> Result<Option<f64>, FormulaError> {
    Err(FormulaError)
}
