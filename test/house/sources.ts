// The repository as the house rules see it: its files, read and parsed once.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "typescript";
import { repositoryRoot } from "../../tools/places.mjs";

export interface Source {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly tree: ts.SourceFile;
}

/** Every file below a folder, by its path from the root of the repository. */
export function filesBelow(folder: string): string[] {
  if (!existsSync(join(repositoryRoot, folder))) return [];
  return readdirSync(join(repositoryRoot, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(repositoryRoot, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .filter((path) => !path.includes("node_modules/"))
    .toSorted();
}

export function readText(path: string): string {
  return readFileSync(join(repositoryRoot, path), "utf8");
}

export function sourcesBelow(folder: string): Source[] {
  return filesBelow(folder)
    .filter((path) => /\.m?ts$/.test(path))
    .map((path) => ({ path, tree: parse(path, readText(path)) }));
}

export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
}

/** A node and everything below it, without comments. */
export function* descendants(node: ts.Node): Generator<ts.Node> {
  yield node;
  for (const child of node.getChildren()) {
    if (!ts.isJSDoc(child)) yield* descendants(child);
  }
}

/** The modules whose values a file needs when it runs. */
export function valueImports({ tree }: Source): string[] {
  return [...descendants(tree)].flatMap((node) => {
    if (ts.isImportDeclaration(node)) return isTypeOnly(node) ? [] : [textOf(node.moduleSpecifier)];
    if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
      return isTypeOnlyExport(node) ? [] : [textOf(node.moduleSpecifier)];
    }
    const isCall =
      ts.isCallExpression(node) &&
      (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === "require");
    return isCall && node.arguments[0] !== undefined ? [textOf(node.arguments[0])] : [];
  });
}

function textOf(node: ts.Node): string {
  return ts.isStringLiteralLike(node) ? node.text : node.getText();
}

function isTypeOnly({ importClause }: ts.ImportDeclaration): boolean {
  if (importClause === undefined) return false;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const { namedBindings, name } = importClause;
  if (name !== undefined || namedBindings === undefined || !ts.isNamedImports(namedBindings)) return false;
  return namedBindings.elements.length > 0 && namedBindings.elements.every(({ isTypeOnly: only }) => only);
}

function isTypeOnlyExport({ isTypeOnly: only, exportClause }: ts.ExportDeclaration): boolean {
  if (only) return true;
  return (
    exportClause !== undefined &&
    ts.isNamedExports(exportClause) &&
    exportClause.elements.length > 0 &&
    exportClause.elements.every((element) => element.isTypeOnly)
  );
}

/** The lines that hold code: neither blank, nor comment, nor import. */
export function codeLines(node: ts.Node): Set<number> {
  const tree = node.getSourceFile();
  const lines = new Set<number>();
  const visit = (inner: ts.Node): void => {
    if (ts.isJSDoc(inner) || ts.isImportDeclaration(inner)) return;
    const children = inner.getChildren();
    for (const child of children) visit(child);
    if (children.length > 0 || inner.getText() === "") return;
    const first = tree.getLineAndCharacterOfPosition(inner.getStart()).line;
    const last = tree.getLineAndCharacterOfPosition(inner.getEnd()).line;
    for (let line = first; line <= last; line += 1) lines.add(line);
  };
  visit(node);
  return lines;
}
