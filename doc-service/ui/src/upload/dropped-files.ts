/** All files of a drop, those inside dropped folders included. The entries must be taken in the event itself; they are read afterwards. */
export async function droppedFiles(data: DataTransfer): Promise<File[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length === 0) return [...data.files];
  const files: File[] = [];
  for (const entry of entries) await gather(entry, files, true);
  return files;
}

async function gather(entry: FileSystemEntry, files: File[], named: boolean): Promise<void> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    // A folder brings its .DS_Store and pictures along; what was dropped by itself was meant.
    if (named || /\.pdf$/i.test(file.name)) files.push(file);
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    // A reader hands out at most a hundred at once, and none when it is at the end.
    for (;;) {
      const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
        reader.readEntries(resolve, reject),
      );
      if (some.length === 0) return;
      for (const inner of some) await gather(inner, files, false);
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;
