//! Files: read where a scenario names them, written whole or not at all.

use std::fs;
use std::io::{self, Read, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use super::talk;
use crate::error::Error;
use crate::traffic::Open;

/// Reads files; a relative path is taken from the scenario's folder.
pub(super) struct Disk {
    folder: PathBuf,
}

impl Disk {
    /// For the scenario in this file (`-`: for standard input, from the working folder).
    pub(super) fn beside(scenario: &str) -> Disk {
        Disk { folder: Path::new(scenario).parent().map(Path::to_path_buf).unwrap_or_default() }
    }
}

impl Disk {
    fn file(&self, path: &str) -> io::Result<fs::File> {
        let path = self.folder.join(path);
        if path.is_dir() {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, not a file"));
        }
        // A pipe ends after one reading, a device may never end; what a scenario names is read more than once.
        if path.exists() && !path.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a pipe or a device, not a file"));
        }
        fs::File::open(path)
    }
}

impl Open for Disk {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(self.file(path)?))
    }

    fn open_at(&self, path: &str, begins: u64) -> io::Result<Box<dyn Read + Send>> {
        let mut file = self.file(path)?;
        file.seek(io::SeekFrom::Start(begins))?;
        Ok(Box::new(file))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.folder.join(folder))? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    }
}

/// The text of a file; `-` is standard input.
pub(super) fn read_text(path: &str) -> Result<String, Error> {
    let failed = |source| Error::Io { doing: "read", path: path.to_owned(), source };
    let mut bytes = Vec::new();
    match path {
        "-" => io::stdin().read_to_end(&mut bytes).map_err(failed)?,
        path if Path::new(path).is_dir() => {
            return Err(failed(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, not a file")));
        }
        path => fs::File::open(path).and_then(|mut file| file.read_to_end(&mut bytes)).map_err(failed)?,
    };
    String::from_utf8(bytes).map_err(|error| {
        let good = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = good.iter().filter(|byte| **byte == b'\n').count() + 1;
        Error::in_file(path, line, "not-text", "this is not a text file: it holds bytes that are not UTF-8")
    })
}

/// Makes a folder for results and makes sure that it can be written, before the work begins.
pub(super) fn prepare(folder: &Path) -> Result<(), Error> {
    let failed = |source| Error::Io { doing: "write to", path: folder.display().to_string(), source };
    let new: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
    fs::create_dir_all(folder).map_err(failed)?;
    let probe = tempfile::NamedTempFile::new_in(folder).map_err(failed)?;
    drop(probe);
    // Nothing is left behind if the run does not come to an end.
    for folder in new {
        let _ = fs::remove_dir(folder);
    }
    Ok(())
}

/// Makes a folder for results that are written while the work goes on.
pub(super) fn make(folder: &Path) -> Result<(), Error> {
    let failed = |source| Error::Io { doing: "write to", path: folder.display().to_string(), source };
    fs::create_dir_all(folder).map_err(failed)?;
    tempfile::NamedTempFile::new_in(folder).map(drop).map_err(failed)
}

/// Writes one file beside its place and moves it there.
pub(super) fn put(path: PathBuf, content: &[u8]) -> Result<(), Error> {
    let (file, path) = stage(path, content)?;
    persist(file, &path)
}

/// Writes files into a folder: each is written beside its place and moved there when it is whole.
pub(super) fn write_all(folder: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), Error> {
    let files: Vec<(PathBuf, Vec<u8>)> = files.iter().map(|(name, content)| (folder.join(name), content.clone())).collect();
    write_files(&files)
}

/// Writes files wherever they are to be: each is written beside its place, and all are moved there when all are whole.
pub(super) fn write_files(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Error> {
    talk::uninterrupted(|| put_all(files))
}

/// The last files that a command writes, its results, into a folder.
pub(super) fn write_results(folder: &Path, files: &[(&str, Vec<u8>)]) -> Result<(), Error> {
    let files: Vec<(PathBuf, Vec<u8>)> = files.iter().map(|(name, content)| (folder.join(name), content.clone())).collect();
    talk::to_the_end(|| put_all(&files))
}

fn put_all(files: &[(PathBuf, Vec<u8>)]) -> Result<(), Error> {
    for folder in files.iter().map(|(path, _)| folder_of(path)) {
        fs::create_dir_all(folder).map_err(|source| Error::Io { doing: "make", path: folder.display().to_string(), source })?;
    }
    let staged = files.iter().map(|(path, content)| stage(path.clone(), content)).collect::<Result<Vec<_>, _>>()?;
    staged.into_iter().try_for_each(|(file, path)| persist(file, &path))
}

fn persist(file: tempfile::NamedTempFile, path: &Path) -> Result<(), Error> {
    let failed = |error: tempfile::PersistError| Error::Io { doing: "write", path: path.display().to_string(), source: error.error };
    file.persist(path).map(drop).map_err(failed)
}

/// Writes a file where there is none yet.
pub(super) fn write_new(path: &Path, content: &[u8]) -> Result<(), Error> {
    let failed = |source| Error::Io { doing: "write", path: path.display().to_string(), source };
    fs::create_dir_all(folder_of(path)).map_err(failed)?;
    let (file, path) = stage(path.to_path_buf(), content)?;
    let there = |error: tempfile::PersistError| match error.error.kind() {
        io::ErrorKind::AlreadyExists => io::Error::new(io::ErrorKind::AlreadyExists, "it is there already, and is left as it is"),
        _ => error.error,
    };
    file.persist_noclobber(&path).map(drop).map_err(|error| Error::Io {
        doing: "write",
        path: path.display().to_string(),
        source: there(error),
    })
}

/// The folder a file lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a file beside its place. A place that is taken by a folder is found out before anything is moved.
fn stage(path: PathBuf, content: &[u8]) -> Result<(tempfile::NamedTempFile, PathBuf), Error> {
    let failed = |source| Error::Io { doing: "write", path: path.display().to_string(), source };
    let mut file = tempfile::Builder::new().permissions(permissions()).tempfile_in(folder_of(&path)).map_err(failed)?;
    file.write_all(content).map_err(failed)?;
    if path.is_dir() {
        return Err(failed(io::Error::new(io::ErrorKind::IsADirectory, "there is a folder of that name")));
    }
    Ok((file, path))
}

/// A temporary file is its owner's alone; a result is everyone's to read.
#[cfg(unix)]
fn permissions() -> fs::Permissions {
    std::os::unix::fs::PermissionsExt::from_mode(0o644)
}

#[cfg(not(unix))]
fn permissions() -> fs::Permissions {
    tempfile::tempfile().and_then(|file| file.metadata()).map(|it| it.permissions()).expect("a temporary file has permissions")
}
