package policy

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"maps"
	"slices"
	"strings"

	"sallyport"
)

//go:embed profiles
var shipped embed.FS

// Limits of a set, in bytes and counts: what an outsider's folder or archive may be.
const (
	maxFile      = 1 << 20
	maxArchive   = 4 << 20
	maxPolicies  = 1000
	maxStatement = 16 << 10 // one policy with its annotations
)

// Files of a profile folder.
const (
	fileProfile  = "profile.toml"
	filePolicies = "policies.cedar"
	fileSummary  = "summary.md"
	fileCases    = "cases.csv"
	sharedDir    = "shared/"
	floorFile    = sharedDir + "floor.cedar"
)

// Set is a profile's policies and parameters, parsed once. It is immutable and safe for concurrent use.
type Set struct {
	profile Profile
	files   map[string]string // what the archive holds
	archive []byte
	digest  sallyport.Digest

	rules   []*rule // in the order of files and text
	byAsk   map[sallyport.Ask]*question
	context profileRecord
}

// Profile gives the declared parameters.
func (s *Set) Profile() Profile { return s.profile }

// Name is the profile's name.
func (s *Set) Name() string { return s.profile.Name }

// Version is the profile's version.
func (s *Set) Version() string { return s.profile.Version }

// Digest is the SHA-256 of the archive: equal sets have equal digests.
func (s *Set) Digest() sallyport.Digest { return s.digest }

// Archive gives the bytes of the blob of a PolicySet entry: everything that [Parse] needs. They must not be changed.
func (s *Set) Archive() []byte { return s.archive }

// Summary is the profile's summary for people, Markdown.
func (s *Set) Summary() string { return s.files[fileSummary] }

// Parameters lists what profile.toml declares, name and value, sorted by name.
func (s *Set) Parameters() [][2]string {
	lines := parameterLines(s.files[fileProfile])
	var out [][2]string
	for _, name := range slices.Sorted(maps.Keys(lines)) {
		if !slices.Contains([]string{"name", "title", "version"}, name) {
			out = append(out, [2]string{name, strings.Trim(lines[name], `"`)})
		}
	}
	return out
}

// Rules lists all policies in words, the floor first.
func (s *Set) Rules() []Rule {
	out := make([]Rule, len(s.rules))
	for i, r := range s.rules {
		out[i] = r.Rule
	}
	return out
}

// Rule gives the policy with id.
func (s *Set) Rule(id string) (Rule, bool) {
	for _, r := range s.rules {
		if r.ID == id {
			return r.Rule, true
		}
	}
	return Rule{}, false
}

// archiveFormat is the first member of every archive. See docs/spec/profile.md.
const archiveFormat = "sallyport/profile/v1"

type archive struct {
	Format string            `json:"format"`
	Files  map[string]string `json:"files"`
}

// Names lists the shipped profiles, sorted.
func Names() []string {
	entries, err := shipped.ReadDir("profiles")
	if err != nil {
		panic(err) // the embedded tree has this directory
	}
	var out []string
	for _, e := range entries {
		if e.Name()+"/" != sharedDir {
			out = append(out, e.Name())
		}
	}
	return out
}

// Open reads the shipped profile called name.
func Open(name string) (*Set, error) {
	if !slices.Contains(Names(), name) {
		return nil, sallyport.Errorf(sallyport.NotFound, "there is no profile %q", name).
			WithHint("shipped profiles are %s", strings.Join(Names(), ", "))
	}
	dir, err := fs.Sub(shipped, "profiles/"+name)
	if err != nil {
		return nil, err
	}
	set, err := Load(dir)
	if err != nil {
		return nil, err
	}
	if set.Name() != name {
		return nil, sallyport.Errorf(sallyport.Internal, "profile %q is in folder %q", set.Name(), name)
	}
	return set, nil
}

// Load reads a profile folder. The floor and the shared files that it includes come from this program.
func Load(dir fs.FS) (*Set, error) {
	files := map[string]string{}
	for _, name := range []string{fileProfile, filePolicies, fileSummary, fileCases} {
		b, err := readLimited(dir, name)
		if err != nil {
			return nil, err
		}
		files[name] = string(b)
	}
	return Compose(files)
}

// Compose makes a set of the files of a profile folder, by name. The floor and the shared files that it includes come from this program.
func Compose(own map[string]string) (*Set, error) {
	files := map[string]string{}
	for _, name := range []string{fileProfile, filePolicies, fileSummary, fileCases} {
		text, ok := own[name]
		if !ok {
			return nil, sallyport.Errorf(sallyport.NotFound, "there is no file %s among the files of the profile", name).
				WithHint("a profile is a folder with %s, %s, %s and %s", fileProfile, filePolicies, fileSummary, fileCases)
		}
		if len(text) > maxFile {
			return nil, sallyport.Errorf(sallyport.Limited, "%s is %d bytes, more than %d", name, len(text), maxFile)
		}
		files[name] = text
	}
	for name := range own {
		if _, ok := files[name]; !ok {
			return nil, sallyport.Errorf(sallyport.Invalid, "%q is no file of a profile", name)
		}
	}
	p, err := parseProfile([]byte(files[fileProfile]))
	if err != nil {
		return nil, err
	}
	for _, name := range append([]string{"floor"}, p.Include...) {
		for _, ext := range []string{".cedar", ".csv"} {
			b, err := shipped.ReadFile("profiles/" + sharedDir + name + ext)
			if err != nil {
				return nil, sallyport.Errorf(sallyport.NotFound, "profile %q includes %q, which is not shared", p.Name, name)
			}
			files[sharedDir+name+ext] = string(b)
		}
	}
	return build(files)
}

func readLimited(dir fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(dir, name)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.NotFound, "profile folder has no %s: %w", name, err).
			WithHint("a profile is a folder with %s, %s, %s and %s", fileProfile, filePolicies, fileSummary, fileCases)
	}
	if info.Size() > maxFile {
		return nil, sallyport.Errorf(sallyport.Limited, "%s is %d bytes, more than %d", name, info.Size(), maxFile)
	}
	return fs.ReadFile(dir, name)
}

// Parse reads an archive. It accepts only what Archive gives: the same content in other bytes is refused.
func Parse(b []byte) (*Set, error) {
	if len(b) > maxArchive {
		return nil, sallyport.Errorf(sallyport.Limited, "policy archive is %d bytes, more than %d", len(b), maxArchive)
	}
	var a archive
	if err := sallyport.DecodeJSON(b, &a); err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "policy archive: %v", err)
	}
	if a.Format != archiveFormat {
		return nil, sallyport.Errorf(sallyport.Invalid, "policy archive has format %q, want %q", a.Format, archiveFormat)
	}
	set, err := build(a.Files)
	if err != nil {
		return nil, err
	}
	if string(set.archive) != string(b) {
		return nil, sallyport.Errorf(sallyport.Invalid, "policy archive %q is not in canonical form", set.Name())
	}
	return set, nil
}

// build parses and checks the files of a set.
func build(files map[string]string) (*Set, error) {
	p, err := parseProfile([]byte(files[fileProfile]))
	if err != nil {
		return nil, err
	}
	order := []string{floorFile}
	for _, name := range p.Include {
		order = append(order, sharedDir+name+".cedar")
	}
	order = append(order, filePolicies)
	want := append([]string{fileProfile, fileSummary, fileCases}, order...)
	for _, name := range order[:len(order)-1] {
		want = append(want, strings.TrimSuffix(name, ".cedar")+".csv")
	}
	for name := range files {
		if !slices.Contains(want, name) {
			return nil, sallyport.Errorf(sallyport.Invalid, "profile %q has a file %q that it does not use", p.Name, name)
		}
	}
	for _, name := range want {
		if _, ok := files[name]; !ok {
			return nil, sallyport.Errorf(sallyport.Invalid, "profile %q lacks file %q", p.Name, name)
		}
	}
	s := &Set{profile: p, files: files, byAsk: map[sallyport.Ask]*question{}}
	for _, name := range order {
		rules, err := parseRules(name, []byte(files[name]))
		if err != nil {
			return nil, err
		}
		s.rules = append(s.rules, rules...)
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.archive, err = sallyport.EncodeJSON(archive{archiveFormat, files}); err != nil {
		return nil, err
	}
	if len(s.archive) > maxArchive {
		return nil, sallyport.Errorf(sallyport.Limited, "profile %q is %d bytes, more than %d", p.Name, len(s.archive), maxArchive)
	}
	sum := sha256.Sum256(s.archive)
	s.digest = sallyport.Digest(hex.EncodeToString(sum[:]))
	s.index()
	return s, nil
}
