//! The parameters of a request: names and values as a form sends them.

/// A parameter's name and value.
pub type Parameter = (String, String);

/// More than there are flags.
const MOST: usize = 64;

/// The parameters in their order, if there are not too many and all are text.
pub(crate) fn parameters(query: &str) -> Result<Vec<Parameter>, &'static str> {
    let mut parameters = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if parameters.len() == MOST {
            return Err("there are more than 64 parameters");
        }
        // What is no UTF-8 was replaced.
        if [&name, &value].iter().any(|text| text.contains('\u{fffd}')) {
            return Err("a parameter is not UTF-8 text");
        }
        parameters.push((name.into_owned(), value.into_owned()));
    }
    Ok(parameters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_as_forms_send_them() {
        let read = parameters("before=1.2+GB&after=180%20MB&compressed&path=nat%3A60%25").unwrap();
        let expected =
            [("before", "1.2 GB"), ("after", "180 MB"), ("compressed", ""), ("path", "nat:60%")];
        assert_eq!(read, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
        assert_eq!(parameters("").unwrap(), []);
    }

    #[test]
    fn too_many_and_broken_ones_are_refused() {
        assert!(parameters(&"a=1&".repeat(64)).is_ok());
        assert!(parameters(&"a=1&".repeat(65)).is_err());
        assert!(parameters("a=%ff").is_err());
    }
}
