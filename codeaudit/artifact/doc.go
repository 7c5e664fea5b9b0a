// Package artifact compares what was shipped with the tag it claims to be: a release tarball, a zip, a package of a registry.
//
// What a reader of the repository never sees is a file that exists in the artifact only, or differs there. Both are findings
// of the first rank; a build product that can be made again is one too until somebody has made it again.
//
// An archive is hostile input. It is read as a stream and never unpacked to disk; sizes, counts and nesting are bounded and a
// bound that was met is itself a finding; names that climb out, links that point out and names that occur twice (two programs
// would unpack two different files) are findings. Nothing in an archive is executed. Formats: tar, plain or compressed with gzip,
// bzip2 or zstd; zip and its kin (whl, jar, nupkg, egg, vsix, war, apk); npm tgz; crate; gem (a tar with a compressed tar in it).
// A tar compressed with xz or lzma is named as such and must be decompressed first: the standard library has no decoder.
package artifact
