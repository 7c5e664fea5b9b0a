package command

import "sallyport/assess/value"

// freeWords are commands whose arguments are text or an expression, or are judged by another spec, so that a dash says nothing.
var freeWords = wordSet(`true : false test [ [[ echo let expr select function until time - printf chmod gchmod dd find gfind bfs openssl busybox toybox coproc
	init_is_upstart log_daemon_msg log_end_msg log_action_msg log_failure_msg log_success_msg log_warning_msg log_progress_msg log_begin_msg log_action_begin_msg log_action_end_msg log_action_cont_msg log_use_fancy_output
	db_get db_set db_input db_go db_fset db_fget db_purge db_reset db_stop db_version db_subst db_title db_capb db_register db_unregister db_settitle db_metaget`)

// undescribed says that a long option is not understood, where nothing describes the options of the command.
func (e *eval) undescribed(o value.Str) {
	if freeWords[e.name] || grammars().find(e.name) != nil || !o.HasPrefix("--") || o.Is("--") {
		return
	}
	name, _, _ := o.CutAny("=")
	e.unknown("option %q of %s is not understood", name, e.name)
}

// undescribedAll is the same for all operands up to "--".
func (e *eval) undescribedAll() {
	for _, o := range e.operands {
		if o.Is("--") {
			return
		}
		e.undescribed(o)
	}
}
