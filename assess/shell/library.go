package shell

import (
	"strconv"
	"strings"

	"sallyport"
	"sallyport/assess/value"
)

// libraries are files of the operating system that scripts source for their functions. Their functions talk to debconf, print, or start and
// stop what their arguments name; nothing of them happens when they are sourced. What they print or set is not known.
var libraries = map[string]map[string]bool{
	"/usr/share/debconf/confmodule": set(`db_version db_capb db_input db_go db_get db_set db_reset db_subst db_fget db_fset db_metaget db_register db_unregister
		db_purge db_title db_settitle db_text db_beginblock db_endblock db_stop db_info db_progress db_x_loadtemplatefile db_exist db_clear db_previous_module`),
	"/lib/lsb/init-functions": set(`log_success_msg log_failure_msg log_warning_msg log_begin_msg log_end_msg log_daemon_msg log_progress_msg log_action_msg
		log_action_begin_msg log_action_cont_msg log_action_end_msg init_is_upstart pidofproc status_of_proc get_lsb_header_val start_daemon killproc`),
	"/etc/init.d/functions":      redHat,
	"/etc/rc.d/init.d/functions": redHat,
	"/lib/init/vars.sh":          {},
	"/etc/bash_completion":       {},
}

// redHat are the functions of initscripts.
var redHat = set(`daemon killproc status success failure passed warning echo_success echo_failure echo_passed echo_warning action pidofproc pidfileofproc checkpid strstr`)

// library makes the functions of a well-known file known. A file of the same path that is pinned or written by the text goes first.
func (m *machine) library(p string) bool {
	funcs, ok := libraries[p]
	if !ok {
		return false
	}
	for name := range funcs {
		m.lib[name] = true
	}
	m.trusted(p)
	return true
}

// libraryCall is a call of such a function.
func (m *machine) libraryCall(name string, argv []field) {
	switch name {
	case "db_get", "db_fget", "db_metaget", "db_exist":
		m.set("RET", value.Of(value.Hole{Name: "$RET", Taint: value.Input, Why: "it is what debconf answers"}))
	case "pidofproc", "status_of_proc", "get_lsb_header_val", "pidfileofproc":
		m.write(1, value.Of(value.Hole{Name: "output of " + name, Taint: value.Output}), name)
	case "killproc":
		if rest := m.libraryOptions(name, argv, "pd"); len(rest) > 0 {
			m.effect(sallyport.EffectProcess, rest[0].val.Base(), "gets a signal", name)
		}
	case "start_daemon":
		if rest := m.libraryOptions(name, argv, "np"); len(rest) > 0 {
			m.run(rest)
		}
	case "daemon":
		if rest := m.libraryOptions(name, argv, ""); len(rest) > 0 { // read once more by the shell
			m.subshell(func() { m.nest(nested{text: value.Join(vals(rest), " "), via: name}) })
		}
	case "action":
		if len(argv) > 2 {
			m.run(argv[2:])
		}
	}
}

// libraryOptions skips the options before what a function starts or stops. withValue are the letters whose value is the next word; long options
// are those of daemon.
func (m *machine) libraryOptions(name string, argv []field, withValue string) []field {
	for i := 1; i < len(argv); i++ {
		t, ok := argv[i].val.Const()
		switch {
		case !ok || t == "" || t[0] != '-' && t[0] != '+':
			return argv[i:]
		case len(t) == 2 && strings.IndexByte(withValue, t[1]) >= 0, name == "daemon" && (t == "--check" || t == "--user" || t == "--pidfile"):
			i++
		case t == "-f" || name == "daemon" && len(t) < 4, name == "daemon" && t == "--force", name == "daemon" && (strings.HasPrefix(t, "--check=") || strings.HasPrefix(t, "--user=") || strings.HasPrefix(t, "--pidfile=")):
		default:
			m.gap("option " + strconv.Quote(t) + " of " + name + " is not understood")
		}
	}
	return nil
}

// pythonLibrary is the module of Python's own library that a file is: /usr/lib/python3.11/py_compile.py is py_compile.
func pythonLibrary(p string) string {
	rest, ok := strings.CutPrefix(p, "/usr/lib/python3")
	version, file, _ := strings.Cut(rest, "/")
	name, py := strings.CutSuffix(file, ".py")
	if !ok || !py || strings.Contains(name, "/") || strings.Trim(version, ".0123456789") != "" {
		return ""
	}
	return name
}
