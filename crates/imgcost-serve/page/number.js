
"use strict";
// Decimals as the answer has them, exact: big integers of 10^-30. Rounding is that of the text report.

const PLACES = 30;
const ONE = 10n ** BigInt(PLACES);

function decimal(text) {
  const [, sign, whole, part = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const size = BigInt(whole) * ONE + BigInt(part.slice(0, PLACES).padEnd(PLACES, "0"));
  return sign ? -size : size;
}

const magnitude = (value) => (value < 0n ? -value : value);

// A size with so many decimals, half away from zero, with thousands separators.
function fixed(size, digits) {
  const unit = 10n ** BigInt(PLACES - digits);
  const steps = ((size + unit / 2n) / unit).toString().padStart(digits + 1, "0");
  const whole = steps.slice(0, steps.length - digits).replace(/\B(?=(\d{3})+$)/g, ",");
  return digits ? whole + "." + steps.slice(-digits) : whole;
}

// $4.72, $0.066, <$0.001, -$3.10, EUR 4.72
function money(value, currency) {
  const sign = value < 0n ? "-" : "";
  const code = currency === "USD" ? "$" : currency + " ";
  const size = magnitude(value);
  if (size === 0n) return code + "0";
  if (size < ONE / 1000n) return sign + "<" + code + "0.001";
  const three = fixed(size, 3);
  return sign + code + (three.startsWith("0.") ? three : fixed(size, 2));
}

// One decimal, none if that is 0, or three significant digits if it is small.
function short(value) {
  const sign = value < 0n ? "-" : "";
  const size = magnitude(value);
  if (size === 0n) return "0";
  if (size >= ONE) return sign + fixed(size, 1).replace(/\.0$/, "");
  const zeros = PLACES - size.toString().length;
  return sign + fixed(size, Math.min(zeros + 3, PLACES)).replace(/0+$/, "").replace(/\.$/, "");
}

// -95 %: what becomes of what was billed before.
function change(percent) {
  const value = -decimal(percent);
  const text = fixed(magnitude(value), 0);
  const sign = value > 0n ? "+" : text === "0" ? "" : "-";
  return sign + text + " %";
}
