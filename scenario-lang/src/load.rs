//! Loading: a file and all that it imports.

use crate::diagnostic::{Code, Diagnostic};
use crate::parse::parse;
use crate::span::{FileId, Sources, Span};
use crate::tree::{Body, Item, Name, Node};
use crate::vocabulary::Vocabulary;

/// Where files come from. This crate opens none itself.
///
/// Names use `/` and are already resolved against the file that wrote them; see [`resolve`].
pub trait Loader {
    /// The text of a file.
    ///
    /// # Errors
    /// Why it cannot be read, in a few words.
    fn read(&self, name: &str) -> Result<String, String>;

    /// The files that match a pattern, sorted by name. Without `*` the pattern is the name of one file.
    ///
    /// # Errors
    /// Why it cannot be told, in a few words.
    fn matching(&self, pattern: &str) -> Result<Vec<String>, String>;
}

/// A file with all that it imports, read but not yet understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Loaded {
    /// The texts; the main file is the first.
    pub sources: Sources,
    /// The trees, in the order of the texts.
    pub trees: Vec<Body<Item>>,
    /// The files in the order in which they define things: what a file imports comes before it.
    pub order: Vec<FileId>,
    /// The rule files, by the names that the loader gave, and the statement that named each.
    pub rules: Vec<Name>,
    /// The `alertmanager.yml`.
    pub routes: Option<String>,
    /// Whether everything could be read; a plan comes of nothing less.
    pub complete: bool,
    /// Whether a statement of a file could not be read, or an import, so that definitions may be missing.
    pub(crate) lacks_definitions: bool,
}

/// Reads a file, everything that it imports, and the names of the rule files and routes that these mention.
pub fn load(name: &str, loader: &dyn Loader, vocabulary: &Vocabulary) -> (Loaded, Vec<Diagnostic>) {
    let loaded = Loaded {
        sources: Sources::default(),
        trees: Vec::new(),
        order: Vec::new(),
        rules: Vec::new(),
        routes: None,
        complete: true,
        lacks_definitions: false,
    };
    let mut loading = Loading { loader, vocabulary, loaded, diagnostics: Vec::new(), open: Vec::new() };
    let name = resolve("", name);
    if let Err(wrong) = loading.file(&name) {
        let nowhere = loading.loaded.sources.add(&*name, "");
        loading.loaded.trees.push(Body { statements: Vec::new(), tail: Vec::new() });
        let span = Span { file: nowhere, ..Span::default() };
        loading.report(Diagnostic::new(Code::NotFound, span, format!("cannot read `{name}`: {wrong}")));
    }
    loading.rules();
    loading.routes();
    loading.loaded.complete = !loading.diagnostics.iter().any(Diagnostic::is_error);
    (loading.loaded, loading.diagnostics)
}

struct Loading<'a> {
    loader: &'a dyn Loader,
    vocabulary: &'a Vocabulary,
    loaded: Loaded,
    diagnostics: Vec<Diagnostic>,
    /// The files whose imports are being followed, and the import that led to each but the first.
    open: Vec<(FileId, Option<Span>)>,
}

impl Loading<'_> {
    fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reads a file that has not been read before.
    fn file(&mut self, name: &str) -> Result<FileId, String> {
        let text = self.loader.read(name)?;
        let file = self.loaded.sources.add(name, &*text);
        let (tree, diagnostics) = parse(&text, file, self.vocabulary);
        self.diagnostics.extend(diagnostics);
        self.loaded.lacks_definitions |=
            tree.statements.iter().any(|statement| statement.node == Node::Error);
        let imports: Vec<Name> = tree
            .nodes()
            .filter_map(|item| if let Item::Import(path) = item { Some(path.clone()) } else { None })
            .collect();
        self.loaded.trees.push(tree);
        self.open.push((file, None));
        for import in imports {
            self.import(&import);
        }
        self.open.pop();
        self.loaded.order.push(file);
        Ok(file)
    }

    fn import(&mut self, import: &Name) {
        let name = self.loaded.resolved(import);
        if let Some(step) = self.open.last_mut() {
            step.1 = Some(import.span);
        }
        match self.loaded.sources.find(&name) {
            Some(file) if self.open.iter().any(|(open, _)| *open == file) => self.cycle(import, file),
            Some(_) => {}
            None => {
                if let Err(wrong) = self.file(&name) {
                    self.loaded.lacks_definitions = true;
                    let problem = Diagnostic::new(
                        Code::NotFound,
                        import.span,
                        format!("cannot read `{name}`: {wrong}"),
                    )
                    .label("imported here")
                    .help("paths are relative to the file that names them");
                    self.report(problem);
                }
            }
        }
    }

    /// `import` leads back to `file`, whose imports are not done.
    fn cycle(&mut self, import: &Name, file: FileId) {
        let from = self.open.iter().position(|(open, _)| *open == file).unwrap_or_default();
        let names = |file: &FileId| self.loaded.sources.get(*file).map(|source| source.name.clone());
        let circle: Vec<String> =
            self.open[from..].iter().map(|(open, _)| open).chain([&file]).filter_map(names).collect();
        let mut problem = Diagnostic::new(
            Code::ImportCycle,
            import.span,
            format!("imports go in a circle: {}", circle.join(" → ")),
        )
        .label("leads back");
        let before =
            self.open[from..].iter().filter_map(|(_, span)| *span).filter(|span| *span != import.span);
        for span in before.collect::<Vec<_>>() {
            problem = problem.and(span, "by way of this import");
        }
        self.report(problem);
    }

    fn paths(&self, pick: impl Fn(&Item) -> Option<&Name>) -> Vec<Name> {
        self.loaded.items().filter_map(|(.., item)| pick(item)).cloned().collect()
    }

    fn rules(&mut self) {
        for path in self.paths(only!(Item::Rules)) {
            let pattern = self.loaded.resolved(&path);
            let problem = match self.loader.matching(&pattern) {
                Ok(found) if found.is_empty() => {
                    Diagnostic::new(Code::NoMatch, path.span, format!("no file matches `{pattern}`"))
                        .label("no rules here")
                        .help("paths are relative to the file that names them")
                }
                Ok(found) => {
                    let known = |name: &String| self.loaded.rules.iter().any(|rules| rules.value == *name);
                    let new: Vec<String> = found.into_iter().filter(|name| !known(name)).collect();
                    self.loaded.rules.extend(new.into_iter().map(|value| Name { value, span: path.span }));
                    continue;
                }
                Err(wrong) => Diagnostic::new(
                    Code::NotFound,
                    path.span,
                    format!("cannot look for `{pattern}`: {wrong}"),
                ),
            };
            self.report(problem);
        }
    }

    fn routes(&mut self) {
        let paths = self.paths(only!(Item::Routes));
        for (index, path) in paths.iter().enumerate() {
            let name = self.loaded.resolved(path);
            if index > 0 {
                let problem = Diagnostic::new(Code::Repeated, path.span, "`routes` stands twice")
                    .label("only one Alertmanager is simulated")
                    .and(paths[0].span, "the first one");
                self.report(problem);
            } else if let Err(wrong) = self.loader.read(&name) {
                let problem =
                    Diagnostic::new(Code::NotFound, path.span, format!("cannot read `{name}`: {wrong}"))
                        .label("named here")
                        .help("paths are relative to the file that names them");
                self.report(problem);
            } else {
                self.loaded.routes = Some(name);
            }
        }
    }
}

impl Loaded {
    /// The main file's tree.
    pub fn main(&self) -> Option<&Body<Item>> {
        self.trees.first()
    }

    /// The first import that names a file.
    pub(crate) fn import_of(&self, file: FileId) -> Option<Span> {
        let name = &self.sources.get(file)?.name;
        let imports = self.items().map(|(.., item)| item).filter_map(only!(Item::Import));
        imports.filter(|path| self.resolved(path) == *name).map(|path| path.span).next()
    }

    /// The name of the file that a path means.
    fn resolved(&self, path: &Name) -> String {
        let from = self.sources.get(path.span.file).map(|source| source.name.as_str());
        resolve(from.unwrap_or_default(), &path.value)
    }

    /// All statements of all files, in the order of definition.
    pub fn items(&self) -> impl Iterator<Item = (FileId, Span, &Item)> {
        let files = self.order.iter().filter_map(|file| Some((*file, self.trees.get(file.0)?)));
        files.flat_map(|(file, tree)| tree.placed().map(move |(span, item)| (file, span, item)))
    }
}

/// The name of a file that `from` calls `path`: relative to the folder of `from`, with `.` and `..` resolved.
pub fn resolve(from: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let folder = from.rsplit_once('/').map(|(folder, _)| folder);
    let mut parts: Vec<&str> = Vec::new();
    let all = folder.into_iter().flat_map(|folder| folder.split('/')).chain(path.split('/'));
    for (index, part) in all.enumerate() {
        match part {
            "." => {}
            "" if index > 0 => {}
            ".." if parts.last().is_some_and(|last| !matches!(*last, ".." | "")) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn paths_are_relative_to_the_file_that_names_them() {
        for (from, path, name) in [
            ("", "burn.scn", "burn.scn"),
            ("", "./a/../burn.scn", "burn.scn"),
            ("scenarios/burn.scn", "lib/shop.scn", "scenarios/lib/shop.scn"),
            ("scenarios/lib/shop.scn", "../../compose/*.yml", "compose/*.yml"),
            ("burn.scn", "../shop.scn", "../shop.scn"),
            ("../burn.scn", "../shop.scn", "../../shop.scn"),
            ("/a/b.scn", "c.scn", "/a/c.scn"),
            ("a/b.scn", "/c.scn", "/c.scn"),
        ] {
            assert_eq!(resolve(from, path), name, "{path} from {from}");
        }
    }
}
