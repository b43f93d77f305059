import { decodeText, formatOf, kindOf, splitAbc } from "../formats/mod.ts";

/**
 * What a tune of a book is called in a corpus: a file in a folder of the book's name.
 *
 * @param book Path of the book.
 * @param tune Its place in the book, from 0.
 */
export function tunePath(book: string, tune: number): string {
  return `${book}/${String(tune + 1).padStart(4, "0")}.abc`;
}

/** The book and the place in it, from 0, that {@linkcode tunePath} gave a path; nothing for any other path. */
export function tuneIn(path: string): { book: string; tune: number } | undefined {
  const [, book, number] = /^(.+)[/\\](\d{4,})\.abc$/i.exec(path) ?? [];
  return book === undefined ? undefined : { book, tune: Number(number) - 1 };
}

/**
 * The tunes of a book in ABC, each as a file of its own.
 *
 * @param path What the book is called; it counts where the bytes do not say what they are.
 * @param bytes What is in it.
 * @returns Nothing where it is no ABC, or a single tune.
 * @throws {FormatError} If it has more tunes than are read of one book.
 */
export function tunesOfBook(path: string, bytes: Uint8Array): Uint8Array[] | undefined {
  const kind = kindOf(bytes);
  if ((kind ? kind.format : formatOf(path)?.name) !== "abc") return undefined;
  const encoder = new TextEncoder();
  return splitAbc(decodeText(bytes))?.map((tune) => encoder.encode(tune));
}
