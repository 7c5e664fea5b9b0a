// Package recording keeps what either side saw and sent: raw bytes with their timing, never a rendering of them. A [Recorder] stands
// before every valve: what cannot be recorded is not passed on, so recording fails closed.
//
// A recording is cut into chunks by size and time. A chunk is a stream of frames, compressed in independent zstd frames of
// at most 64 KiB, encrypted with age to the key of its session, stored as a blob, and named by a recording.chunk entry in the ledger;
// so a crash loses at most the last chunk, and shows it. docs/spec/recording.md has the bytes; `age -d | zstd -d` undoes it.
//
// Asciicast, transcripts and search are derived from frames and may lose what frames keep. [Inert] makes what a target
// prints harmless for a terminal. Package redact takes secrets out before release.
package recording
