package codeaudit

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"sallyport"
	"sallyport/codeaudit/git"
)

// configName is the file that makes a folder a workspace.
const configName = "codeaudit.json"

// configVersion is the layout this program writes. A higher one is refused, never guessed at.
const configVersion = 1

// Workspace is the folder of one audit. Its methods may be used from one goroutine at a time; steps that write take the
// lock file first, so that two processes do not write at once.
type Workspace struct {
	dir       string
	config    Config
	temp      bool // made by Quick: removed by Close
	reachable bool // Quick only: leave out what no reference reaches
	opened    map[string]*opened

	// Talk receives one line of progress at a time; nil is silence. It is called from the goroutine that called the step.
	Talk func(format string, args ...any)
	// Now is the clock; only reports and records use it.
	Now func() time.Time
}

// Config is what codeaudit.json holds.
type Config struct {
	Version int       `json:"version"`
	Created time.Time `json:"created"`
	Repos   []Repo    `json:"repos"`
}

// Repo is a repository under audit.
type Repo struct {
	Name   string `json:"name"`   // unique in the workspace; names the folder of its copy
	Source string `json:"source"` // path or URL as given
}

var repoName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._+-]{0,99}$`)

// Init makes dir a workspace. The folder may exist, but must not be one already.
func Init(dir string) (*Workspace, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if _, err := os.Lstat(filepath.Join(dir, configName)); err == nil {
		return nil, sallyport.Errorf(sallyport.Conflict, "%q is a code audit already", dir).
			WithHint("continue it: sallyport codeaudit capture -C %s", dir)
	}
	w := newWorkspace(dir)
	w.config = Config{Version: configVersion, Created: w.Now().UTC().Truncate(time.Second)}
	return w, w.save()
}

// Open opens the workspace in dir.
func Open(dir string) (*Workspace, error) {
	w := newWorkspace(dir)
	data, err := os.ReadFile(filepath.Join(dir, configName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, sallyport.Errorf(sallyport.NotFound, "%q is not a code audit: it has no %s", dir, configName).
			WithHint("begin one with: sallyport codeaudit init -C %s --set people.csv REPO...", dir)
	}
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data, &w.config); err != nil {
		return nil, sallyport.Errorf(sallyport.Invalid, "%s cannot be read: %v", configName, err)
	}
	if w.config.Version != configVersion {
		return nil, sallyport.Errorf(sallyport.Invalid, "%s has version %d, this program reads version %d", configName, w.config.Version, configVersion).
			WithHint("use the program that made it, or begin a new audit")
	}
	return w, nil
}

func newWorkspace(dir string) *Workspace {
	return &Workspace{dir: dir, opened: map[string]*opened{}, Now: time.Now, Talk: func(string, ...any) {}}
}

// Close ends the children that read repositories, and removes the workspace if it was made by Quick.
func (w *Workspace) Close() error {
	for _, o := range w.opened {
		o.repo.Close()
	}
	if w.temp {
		return os.RemoveAll(w.dir)
	}
	return nil
}

// Path returns the place of a file of the workspace. Other packages keep their own state in a folder of their own name.
func (w *Workspace) Path(elem ...string) string {
	return filepath.Join(append([]string{w.dir}, elem...)...)
}

// Repos are the repositories under audit, in the order they were added.
func (w *Workspace) Repos() []Repo { return w.config.Repos }

// Add puts a repository under audit; the next capture copies it. An empty name is made from the source.
func (w *Workspace) Add(name, source string) (Repo, error) {
	if name == "" {
		name = nameOf(source)
	}
	if !repoName.MatchString(name) {
		return Repo{}, sallyport.Errorf(sallyport.Invalid, "%q cannot name a repository: letters, digits and . _ + - only", name)
	}
	for _, r := range w.config.Repos {
		if r.Name == name {
			return Repo{}, sallyport.Errorf(sallyport.Conflict, "two repositories named %q: %q and %q", name, r.Source, source).
				WithHint("give one a name: NAME=%s", source)
		}
	}
	if !git.IsURL(source) { // later steps may run in another folder
		abs, err := filepath.Abs(git.LocalPath(source))
		if err != nil {
			return Repo{}, err
		}
		source = abs
	}
	repo := Repo{Name: name, Source: source}
	w.config.Repos = append(w.config.Repos, repo)
	return repo, w.save()
}

// nameOf is the last path element of a source without .git, with what a name cannot hold replaced.
func nameOf(source string) string {
	base := filepath.Base(filepath.Clean(source))
	if abs, err := filepath.Abs(source); err == nil && (base == "." || base == "..") {
		base = filepath.Base(abs)
	}
	if base == ".git" || base == "repo" {
		if abs, err := filepath.Abs(source); err == nil {
			base = filepath.Base(filepath.Dir(abs))
		}
	}
	base = regexp.MustCompile(`\.git$`).ReplaceAllString(base, "")
	return regexp.MustCompile(`[^A-Za-z0-9._+-]+|^[^A-Za-z0-9]+`).ReplaceAllString(base, "_")
}

func (w *Workspace) save() error { return writeJSON(w.Path(configName), w.config) }

// writeJSON replaces a file as a whole: an interrupted write leaves the old one.
func writeJSON(path string, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return writeFile(path, append(data, '\n'))
}

func writeFile(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if _, err := f.Write(data); err != nil {
		f.Close()
		return err
	}
	if err := f.Sync(); err != nil {
		f.Close()
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
