//! The language's [`Loader`] over the file system.

use std::fs;

use scenario_lang::Loader;

/// Files as the working directory has them. Names are paths with `/`.
pub(crate) struct Files;

impl Loader for Files {
    fn read(&self, name: &str) -> Result<String, String> {
        let bytes = fs::read(name).map_err(|error| error.to_string())?;
        String::from_utf8(bytes).map_err(|error| {
            format!("it is not UTF-8 text (byte {} cannot be read)", error.utf8_error().valid_up_to())
        })
    }

    fn matching(&self, pattern: &str) -> Result<Vec<String>, String> {
        let paths = glob::glob(pattern).map_err(|error| error.to_string())?;
        let mut names = Vec::new();
        for path in paths {
            let path = path.map_err(|error| error.to_string())?;
            names.push(path.to_str().ok_or("the name of a file is not UTF-8 text")?.to_owned());
        }
        names.sort();
        Ok(names)
    }
}
