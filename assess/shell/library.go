package shell

import (
	"path"

	"sallyport/assess/value"
)

// libraries are files of the operating system that scripts source for their functions. Their functions talk to debconf or
// print; none of them changes the system. What they print or set is not known.
var libraries = map[string]map[string]bool{
	"/usr/share/debconf/confmodule": set(`db_version db_capb db_input db_go db_get db_set db_reset db_subst db_fget db_fset db_metaget db_register db_unregister
		db_purge db_title db_settitle db_text db_beginblock db_endblock db_stop db_info db_progress db_x_loadtemplatefile db_exist db_clear db_previous_module`),
	"/lib/lsb/init-functions": set(`log_success_msg log_failure_msg log_warning_msg log_begin_msg log_end_msg log_daemon_msg log_progress_msg log_action_msg
		log_action_begin_msg log_action_cont_msg log_action_end_msg init_is_upstart pidofproc status_of_proc get_lsb_header_val`),
	"/lib/init/vars.sh":           {},
	"/etc/os-release":             {},
	"/usr/lib/os-release":         {},
	"/etc/lsb-release":            {},
	"/etc/upstream-release":       {},
	"/etc/bash_completion":        {},
	"/etc/debian_version":         {},
	"/etc/default/locale":         {},
	"/etc/locale.conf":            {},
	"/etc/machine-info":           {},
	"/etc/vconsole.conf":          {},
	"/usr/share/debconf/frontend": {},
}

// library makes the functions of a well-known file known. A file of the same path that is pinned or written by the text goes first.
func (m *machine) library(p string) bool {
	funcs, ok := libraries[path.Clean(p)]
	if !ok {
		return false
	}
	for name := range funcs {
		m.lib[name] = true
	}
	return true
}

// libraryCall is a call of such a function.
func (m *machine) libraryCall(name string) {
	switch name {
	case "db_get", "db_fget", "db_metaget", "db_exist":
		m.set("RET", value.Of(value.Hole{Name: "$RET", Taint: value.Input, Why: "it is what debconf answers"}))
	case "pidofproc", "status_of_proc", "get_lsb_header_val":
		m.write(1, value.Of(value.Hole{Name: "output of " + name, Taint: value.Output}), name)
	}
}
