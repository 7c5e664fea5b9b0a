package codeaudit

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"sallyport"
	"sallyport/codeaudit/scope"
)

// The workspace keeps the files that people supplied as the bytes they are.
const (
	setFile     = "set/set"
	aliasesFile = "set/aliases"
	pushLogFile = "set/pushlog"
)

// UseSet copies a set of people into the workspace, with the signature beside it (file.sig) if there is one.
func (w *Workspace) UseSet(file string) (*scope.Set, error) {
	data, err := readInput(file)
	if err != nil {
		return nil, err
	}
	sig, err := os.ReadFile(file + ".sig")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	set, err := scope.Parse(data, sig)
	if err != nil {
		return nil, err
	}
	if sig == nil {
		_ = os.Remove(w.Path(setFile + ".sig"))
	} else if err := writeFile(w.Path(setFile+".sig"), sig); err != nil {
		return nil, err
	}
	return set, writeFile(w.Path(setFile), data)
}

// UseAliases copies approved mappings of addresses into the workspace.
func (w *Workspace) UseAliases(file string) error {
	data, err := readInput(file)
	if err != nil {
		return err
	}
	if _, err := scope.ParseAliases(data); err != nil {
		return err
	}
	return writeFile(w.Path(aliasesFile), data)
}

// UsePushLog copies a server's push log into the workspace.
func (w *Workspace) UsePushLog(file string) error {
	data, err := readInput(file)
	if err != nil {
		return err
	}
	if _, err := scope.ParsePushLog(data); err != nil {
		return err
	}
	return writeFile(w.Path(pushLogFile), data)
}

// maxInput bounds the files that people supply.
const maxInput = 1 << 30

func readInput(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, sallyport.Errorf(sallyport.NotFound, "%q cannot be read: %v", file, err)
	}
	if info.Size() > maxInput {
		return nil, sallyport.Errorf(sallyport.Limited, "%q has %d bytes, more than %d", file, info.Size(), maxInput)
	}
	return os.ReadFile(filepath.Clean(file))
}

// Set is the set of people of this audit.
func (w *Workspace) Set() (*scope.Set, error) {
	data, err := os.ReadFile(w.Path(setFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, sallyport.Errorf(sallyport.NotFound, "the audit has no set of people yet").
			WithHint("sallyport codeaudit init --set people.csv")
	}
	if err != nil {
		return nil, err
	}
	sig, err := os.ReadFile(w.Path(setFile + ".sig"))
	if errors.Is(err, fs.ErrNotExist) {
		sig = nil
	} else if err != nil {
		return nil, err
	}
	return scope.Parse(data, sig)
}

// optional reads a file of the workspace that need not be there.
func (w *Workspace) optional(name string) ([]byte, error) {
	data, err := os.ReadFile(w.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}
