/** What may stand for a source and for labels; `--help` says the same wherever a verb takes one. */

const array = 'an array (.npy or IDX, also .gz; .npz#array)';

export const sourceHelp = `a folder of images, ${array}, a .tif of several pages, or a .txt/.csv list of paths`;

export const labelsHelp = `a label file, ${array}, or \`layout\` for folder names`;
