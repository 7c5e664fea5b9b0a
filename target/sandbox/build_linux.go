package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// What of the host can be seen, read-only. Links among the first ones are made again as links.
var (
	programs = []string{"/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"}
	settings = []string{"/etc/alternatives", "/etc/ld.so.cache", "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/mime.types", "/etc/services", "/etc/protocols", "/etc/localtime", "/etc/os-release", "/etc/debian_version"}
	devices  = []string{"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom"}
)

// Where the place is put together, and where the host's root is for a moment. Both are hidden by the new root afterwards.
const (
	newRoot = "/tmp"
	oldRoot = ".host"
)

const memory = "size=64m,nr_inodes=16k"

// build makes the place in memory and moves into it. Nothing of the host stays reachable but what is bound. It
// returns what the place has to do without.
func build(p plan) (missing []string, err error) {
	if err := unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return nil, &Refused{"keep mounts to itself", err}
	}
	if err := unix.Mount("tmpfs", newRoot, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, "mode=755,"+memory); err != nil {
		return nil, &Refused{"mount a folder in memory", err}
	}
	for _, name := range slices.Concat(programs, settings) {
		if err := bind(name, unix.MOUNT_ATTR_RDONLY|unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NODEV); err != nil {
			return nil, err
		}
	}
	for _, name := range devices {
		if err := bind(name, unix.MOUNT_ATTR_NOSUID|unix.MOUNT_ATTR_NOEXEC); err != nil {
			return nil, err
		}
	}
	if err := furnish(p); err != nil {
		return nil, err
	}
	noProc, err := mountProc()
	if err != nil {
		return nil, err
	}
	if noProc != "" {
		missing = append(missing, "no /proc: "+noProc)
	}
	if err := os.WriteFile("/proc/sys/user/max_user_namespaces", []byte("0"), 0); err != nil { // of the place's own namespace
		missing = append(missing, "further user namespaces are possible: "+err.Error())
	}
	if err := os.Mkdir(filepath.Join(newRoot, oldRoot), 0o700); err != nil {
		return nil, err
	}
	if err := unix.PivotRoot(newRoot, filepath.Join(newRoot, oldRoot)); err != nil {
		return nil, &Refused{"pivot_root", err}
	}
	if err := os.Chdir("/"); err != nil {
		return nil, err
	}
	if err := unix.Unmount("/"+oldRoot, unix.MNT_DETACH); err != nil {
		return nil, &Refused{"let go of the host's root", err}
	}
	return missing, os.Remove("/" + oldRoot)
}

// bind makes name of the host visible, with what is mounted below it. What the host does not have is left out.
func bind(name string, attr uint64) error {
	to := filepath.Join(newRoot, name)
	info, err := os.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &Refused{"see " + name, err}
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	switch {
	case info.Mode()&fs.ModeSymlink != 0:
		link, err := os.Readlink(name)
		if err != nil {
			return err
		}
		return os.Symlink(link, to)
	case info.IsDir():
		err = os.Mkdir(to, 0o755)
	default:
		err = os.WriteFile(to, nil, 0o644)
	}
	if err != nil {
		return err
	}
	if err := unix.Mount(name, to, "", unix.MS_BIND|unix.MS_REC, ""); err != nil {
		return &Refused{"bind " + name, err}
	}
	if err := unix.MountSetattr(unix.AT_FDCWD, to, unix.AT_RECURSIVE, &unix.MountAttr{Attr_set: attr, Propagation: unix.MS_PRIVATE}); err != nil {
		return &Refused{"make " + name + " read-only (Linux 5.12 or later)", err}
	}
	return nil
}

// furnish makes the files that the host's do not serve for, and the caller's.
func furnish(p plan) error {
	home := "/home/" + p.Login
	files := map[string]File{
		"/etc/passwd":        {Content: fmt.Appendf(nil, "root:x:0:0:root:/root:/usr/sbin/nologin\n%s:x:%d:%d::%s:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n", p.Login, inner, inner, home)},
		"/etc/group":         {Content: fmt.Appendf(nil, "root:x:0:\n%s:x:%d:\nnogroup:x:65534:\n", p.Login, inner)},
		"/etc/hostname":      {Content: fmt.Appendf(nil, "%s\n", p.Target)},
		"/etc/hosts":         {Content: fmt.Appendf(nil, "127.0.0.1 localhost %s\n", p.Target)},
		"/etc/nsswitch.conf": {Content: []byte("passwd: files\ngroup: files\nhosts: files\nservices: files\n")},
		"/etc/resolv.conf":   {},
	}
	for _, folder := range []string{home, "/tmp", "/var/tmp", "/var/log", "/run", "/root", "/proc", "/dev/shm"} {
		files[folder] = File{Mode: fs.ModeDir | 0o755}
	}
	for name, f := range p.Files {
		files[name] = f
	}
	for name, f := range files {
		to := inPlace(newRoot, name)
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		perm := f.Mode.Perm()
		if perm == 0 {
			perm = 0o644
		}
		if f.Mode.IsDir() {
			if err := os.MkdirAll(to, 0o755); err != nil {
				return err
			}
		} else if err := os.WriteFile(to, f.Content, 0o644); err != nil {
			return fmt.Errorf("file %q of the sandbox: %w", name, err)
		}
		if err := os.Chmod(to, perm); err != nil {
			return err
		}
	}
	for name, f := range files { // afterwards, since making a file changes its folder's time
		if !f.Time.IsZero() {
			if err := os.Chtimes(inPlace(newRoot, name), time.Time{}, f.Time); err != nil {
				return err
			}
		}
	}
	for link, to := range map[string]string{"/dev/fd": "/proc/self/fd", "/dev/stdin": "/proc/self/fd/0", "/dev/stdout": "/proc/self/fd/1", "/dev/stderr": "/proc/self/fd/2"} {
		if err := os.Symlink(to, inPlace(newRoot, link)); err != nil {
			return err
		}
	}
	return nil
}

// mountProc mounts /proc of the place's own processes. The kernel allows that only where the host's /proc is whole (user_namespaces(7)),
// which it is not in many containers. A place without it works, with less to see.
func mountProc() (refused string, err error) {
	err = unix.Mount("proc", inPlace(newRoot, "/proc"), "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC|unix.MS_RDONLY, "")
	if errors.Is(err, unix.EPERM) || errors.Is(err, unix.EBUSY) {
		return err.Error(), nil
	}
	if err != nil {
		return "", &Refused{"mount /proc", err}
	}
	return "", nil
}

// inPlace makes a path of the place into one below root.
func inPlace(root, name string) string { return filepath.Join(root, filepath.Clean("/"+name)) }
