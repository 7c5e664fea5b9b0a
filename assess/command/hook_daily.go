package command

import "sallyport"

func init() { hooks["taskArgs"] = taskArgs }

// Commands of Taskwarrior by what they do. Words that choose tasks stand before the command.
var (
	taskLooks = wordSet(`list ls next all completed blocked blocking waiting overdue ready recurring active newest oldest minimal long timesheet summary projects tags
		count ids uuids info information show stats status calendar colors columns reports udas version help diagnostics burndown burndown.daily burndown.weekly burndown.monthly
		history history.annual history.monthly ghistory ghistory.annual ghistory.monthly export logo unblocked get calc commands news _get`)
	taskChanges = wordSet("add log modify append prepend annotate denotate delete done duplicate start stop undo edit purge context config import synchronize sync")
)

// taskArgs is task: filter words, a command, its words.
func taskArgs(e *eval) {
	for _, o := range e.operands {
		word, known := o.Const()
		switch {
		case !known || o.HasPrefix("-"):
			e.unknown("operand %q of task is not understood", o)
		case o.HasPrefix("rc."), o.HasPrefix("rc:"):
			e.unknown("the setting %q of task may run programs", o)
		case taskLooks[word]:
			e.sources = append(e.sources, End{System, lit("tasks")})
			return
		case word == "execute" || word == "exec":
			e.unknown("the program that task runs is not followed")
			return
		case taskChanges[word]:
			e.effect(sallyport.EffectWrite, lit("~/.task"), "task "+word)
			if word == "sync" || word == "synchronize" {
				e.effect(sallyport.EffectConnect, lit("server of tasks"), "")
			}
			return
		}
	}
	e.sources = append(e.sources, End{System, lit("tasks")})
}
