const UNRELEASED = '## Unreleased';

/** The changelog with what is unreleased as a version, and an empty section for what comes after it. */
export function dateUnreleased(changelog: string, version: string, day: string): string {
  if (sectionOf(changelog, 'Unreleased') === '')
    throw new Error('CHANGELOG.md has nothing under Unreleased: there is nothing to release');
  return changelog.replace(`${UNRELEASED}\n`, `${UNRELEASED}\n\n## ${version} - ${day}\n`);
}

/** What the changelog says about a version, or `Unreleased`; empty if it says nothing. */
export function sectionOf(changelog: string, title: string): string {
  const lines = changelog.split('\n');
  const begin = lines.findIndex((line) => line === `## ${title}` || line.startsWith(`## ${title} - `));
  if (begin === -1) return '';
  const end = lines.findIndex((line, index) => index > begin && line.startsWith('## '));
  return lines
    .slice(begin + 1, end === -1 ? undefined : end)
    .join('\n')
    .trim();
}

/** @throws if the tag is not of this version, or the changelog has no section for it */
export function releaseNotes(changelog: string, version: string, tag: string): string {
  if (tag !== `v${version}`)
    throw new Error(`The tag ${tag} is not v${version}, the version of package.json`);
  const notes = sectionOf(changelog, version);
  if (notes === '') throw new Error(`CHANGELOG.md says nothing about ${version}: run npm version`);
  return notes;
}
