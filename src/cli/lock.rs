//! One run at a time in a folder: a lock file that the system lets go of when the process ends, however it ends.

use std::fs::{self, File, TryLockError};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use crate::error::Error;

/// A folder that is ours until this is dropped.
pub(super) struct Lock {
    path: PathBuf,
    _file: File,
}

/// The lock file's name inside its folder.
const NAME: &str = ".lock";

impl Lock {
    /// Takes the folder, which exists.
    ///
    /// # Errors
    /// If another run holds it, or the lock file cannot be made.
    pub(super) fn take(folder: &Path) -> Result<Lock, Error> {
        let path = folder.join(NAME);
        loop {
            let failed = |source| Error::Io { doing: "lock", path: path.display().to_string(), source };
            let mut file = File::options().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Err(busy(folder, &mut file)),
                Err(TryLockError::Error(source)) => return Err(failed(source)),
            }
            // Whoever held it may have removed the file between our opening and our locking it.
            if same_file(&file, &path) {
                file.set_len(0).and_then(|()| write!(file, "{}", std::process::id())).map_err(failed)?;
                return Ok(Lock { path, _file: file });
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while it is still held; a file that stays behind would lock nobody out.
        let _ = fs::remove_file(&self.path);
    }
}

fn busy(folder: &Path, file: &mut File) -> Error {
    let mut holder = String::new();
    let _ = file.read_to_string(&mut holder);
    let who = if holder.trim().is_empty() { String::new() } else { format!(" (process {})", holder.trim()) };
    Error::Refused(format!(
        "another coldcast{who} is writing to `{}`\n  hint: wait until it is done, or write elsewhere: `--out FOLDER`",
        folder.display()
    ))
}

#[cfg(unix)]
fn same_file(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(mine), Ok(there)) = (file.metadata(), fs::metadata(path)) else { return false };
    (mine.dev(), mine.ino()) == (there.dev(), there.ino())
}

#[cfg(not(unix))]
fn same_file(_: &File, path: &Path) -> bool {
    path.exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_taken_by_one_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        let error = Lock::take(folder.path()).err().unwrap().to_string();
        assert!(error.contains(&format!("process {}", std::process::id())) && error.contains("--out"), "{error}");
        drop(first);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        drop(Lock::take(folder.path()).unwrap());
    }
}
