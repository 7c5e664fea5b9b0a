package judge

import "sallyport"

// Rule is one kind of judgement, with the reason why it exists.
type Rule struct {
	Name      string
	Level     sallyport.Verdict // the gravest that it gives
	Technique string            // MITRE ATT&CK id, "" where none fits
	Reason    string
}

// Rules lists every rule. A finding's rule is one of these names.
var Rules = []Rule{
	{"secret-leaves", sallyport.Critical, "T1048", "A secret that is sent to another machine cannot be taken back: whoever receives it can log in, decrypt or impersonate."},
	{"data-leaves", sallyport.High, "T1048", "Databases, configuration and home directories hold other people's data; sending them away needs a reason that the ticket names."},
	{"file-leaves", sallyport.Medium, "T1048", "A file is sent to another machine; which one and where should be as the ticket says."},
	{"secret-exposed", sallyport.High, "T1552", "A secret is copied to a place where others can read it."},
	{"secret-shown", sallyport.High, "T1552", "The contents of a secret would be printed, and so seen by the person who asked for this."},
	{"secret-read", sallyport.High, "T1552", "Work on a system seldom needs the contents of its keys and passwords."},
	{"secret-search", sallyport.High, "T1552.001", "Searching whole directory trees for keys and passwords is preparation for using them."},
	{"weak-spot-search", sallyport.High, "T1548.001", "Programs with special rights are what somebody looks for who wants to become administrator; an audit of them should be named in the ticket."},
	{"remote-code", sallyport.High, "T1105", "Code that another machine sends at that moment is run: what was approved is not what will run."},
	{"remote-shell", sallyport.Critical, "T1059", "Somebody on another machine gets a command line on this one, past every control."},
	{"listening-shell", sallyport.Critical, "T1059", "Whoever connects to this machine gets a command line on it, past every control."},
	{"relay", sallyport.High, "T1090", "Connections from outside are passed on to another place, past every control."},
	{"unknown-code", sallyport.Medium, "", "Something is run whose contents are not known, so nothing can be said about what it does."},
	{"hidden-code", sallyport.High, "T1027", "Code is run that cannot be read in the text because it is encoded. Honest maintenance has no need for it."},
	{"composed-code", sallyport.Medium, "T1027", "Code is put together from pieces and then run, so that it cannot be found by reading or searching the text."},
	{"hidden-effect", sallyport.High, "T1027", "What is done is hidden in encoded or assembled code, and it is not harmless."},
	{"odd-program", sallyport.High, "T1564", "A program is run from a place where programs are hidden: scratch directories, names that begin with a dot."},
	{"renamed-program", sallyport.High, "T1036.003", "A shell or network tool is copied under another name, so that watching for its own name is useless."},
	{"disguised-code", sallyport.High, "T1036.008", "A file is named like a document or picture but run as a program."},
	{"login-key", sallyport.High, "T1098.004", "Whoever holds the key can log in from now on, without an escort and after this session has ended."},
	{"persist-cron", sallyport.High, "T1053.003", "Something would be run again and again by the scheduler, after this session has ended."},
	{"persist-boot", sallyport.Medium, "T1543.002", "Something would be run by the system from now on, after this session has ended."},
	{"persist-login", sallyport.High, "T1546.004", "Something would be run whenever somebody logs in or opens a shell, as that person."},
	{"persist-library", sallyport.Critical, "T1574.006", "A library would be loaded into every program of this machine."},
	{"persist-module", sallyport.Critical, "T1547.006", "Code is loaded into the kernel, where nothing can watch it."},
	{"persist-auth", sallyport.High, "T1556", "Changes how logins are checked, for everybody."},
	{"setuid", sallyport.High, "T1548.001", "A program that runs with its owner's rights gives those rights to everybody who can start it."},
	{"account-power", sallyport.High, "T1136", "An account gets administrator rights, or a password that somebody else chose."},
	{"account", sallyport.Medium, "T1136", "Accounts, groups or passwords change."},
	{"sudo-rules", sallyport.High, "T1548.003", "Changes who may become administrator."},
	{"log-tamper", sallyport.High, "T1070", "Logs are the memory of what happened; removing or falsifying them hides something."},
	{"history-tamper", sallyport.High, "T1070.003", "The record of typed commands is removed or switched off."},
	{"time-tamper", sallyport.High, "T1070.006", "Time stamps of files are set, which hides when they were changed."},
	{"defence-off", sallyport.High, "T1562", "A protection of this machine is switched off or weakened."},
	{"disk-destroyed", sallyport.Critical, "T1561", "A disk or file system is overwritten: everything on it is lost."},
	{"system-destroyed", sallyport.Critical, "T1485", "The system's own directories are deleted or overwritten: the machine is lost."},
	{"data-destroyed", sallyport.High, "T1485", "Stored data is deleted; without a backup it is lost."},
	{"cluster-destroyed", sallyport.High, "T1485", "Everything of a kind in the cluster is deleted."},
	{"irreversible", sallyport.Medium, "", "Cannot be undone."},
	{"host-access", sallyport.High, "T1611", "A container is given the host itself, which is as good as administrator rights on it."},
	{"cluster-access", sallyport.High, "T1098", "Somebody gets wide rights in the cluster or cloud account."},
	{"kernel", sallyport.Medium, "", "Changes how the kernel works."},
	{"system-file", sallyport.Medium, "", "A file of the system's configuration changes."},
	{"trust-store", sallyport.High, "T1553.004", "Whoever owns the added authority can pretend to be any site to this machine."},
	{"name-lookup", sallyport.High, "T1048.003", "Data is sent out hidden in a name that is looked up."},
	{"fork-bomb", sallyport.High, "T1499", "Starts itself over and over until the machine stops answering."},
	{"process-memory", sallyport.High, "T1003.007", "Reads the memory of running programs, where passwords and keys are."},
	{"off-screen", sallyport.High, "T1027", "A command stands where readers do not look. That is a reason to look twice."},
	{"split-name", sallyport.High, "T1027", "Names are written with empty variables inside them, which only serves to keep them from being found."},
	{"shadowed-command", sallyport.High, "T1574.007", "An ordinary word no longer means the ordinary command."},
	{"alias", sallyport.Low, "", "A word is given another meaning."},
	{"preload", sallyport.High, "T1574.006", "A library is loaded into programs that do not ask for it."},
	{"renamed-process", sallyport.Medium, "T1036.011", "A program is shown under another name in lists of processes."},
	{"empty-variable", sallyport.Medium, "", "If a variable is empty, much more is deleted than is meant."},
	{"not-parsed", sallyport.High, "", "What cannot be read as the language it is said to be in cannot be judged."},
	{"too-large", sallyport.High, "", "The text is too large or too involved to be followed to its end; what was not followed may do anything."},
	{"failed", sallyport.High, "", "A text that the analysis cannot cope with has not been judged."},
	{"other-shell", sallyport.High, "", "Another shell than the one that runs it would read this differently; that is how what is reviewed and what runs come apart."},
	{"not-shell", sallyport.Medium, "", "Texts in this language are not understood yet."},
	{"outside-scope", sallyport.Medium, "", "The ticket does not name what this touches."},
	{"nul-byte", sallyport.High, "T1027", "Shells drop such bytes; what is shown is not what runs."},
	{"hidden-by-control", sallyport.High, "T1027", "Control characters make a terminal show other text than runs."},
	{"control-character", sallyport.Medium, "T1027", "Characters that are not shown have no place in a script."},
	{"crlf", sallyport.Low, "", "Line ends of another system become part of words."},
	{"invalid-utf8", sallyport.Medium, "", "Bytes that are not text cannot be shown as they are."},
	{"reordered-text", sallyport.High, "T1036.002", "The text is shown in another order than it runs."},
	{"invisible-character", sallyport.High, "T1027", "A word contains what cannot be seen, so it is not the word it seems to be."},
	{"blank-lookalike", sallyport.Medium, "T1036", "What looks like a blank is part of a word."},
	{"lookalike-letters", sallyport.Medium, "T1036", "Letters of another alphabet make a word look like a different one."},
	{"command-spy", sallyport.High, "T1056", "Records what people type, passwords included."},
	{"hidden-process", sallyport.High, "T1564", "A running program is hidden from the list of processes."},
	{"file-server", sallyport.High, "T1048", "Files of this machine are offered to whoever connects."},
	{"runs-option", sallyport.High, "T1202", "An option or setting of an ordinary command makes it run another program."},
	{"loads-code", sallyport.High, "T1129", "A program is made to load compiled code that nobody has read."},
	{"attack-tool", sallyport.High, "T1588.002", "The program serves to find or use weaknesses, not to maintain a system."},
	{"privileged-container", sallyport.High, "T1611", "The container is not kept apart from the machine: what runs in it has power over the host."},
	{"host-namespaces", sallyport.High, "T1611", "Steps out of a container into the machine itself."},
	{"no-preserve-root", sallyport.High, "T1485", "The protection against deleting the whole system is switched off, which only makes sense to do just that."},
	{"reverse-tunnel", sallyport.High, "T1572", "A way back into this machine is opened from outside, past every control."},
	{"kernel-hook", sallyport.High, "T1547", "The kernel itself is told to run a program."},
	{"immutable", sallyport.Medium, "T1222", "A file is made unchangeable, so that it cannot be repaired or removed."},
	{"insecure-transfer", sallyport.Medium, "T1557", "The identity of the other machine is not checked, so it may be an impostor."},
	{"unsigned-packages", sallyport.Medium, "T1195", "The signatures of packages are not checked, so they may be anybody's."},
	{"absolute-names", sallyport.Medium, "", "An archive says itself where its files go, anywhere on the system."},
	{"raw-protocol", sallyport.High, "T1095", "A tool for one service is used to speak another protocol, which carries any bytes anywhere."},
	{"cluster-admin", sallyport.High, "T1098", "Somebody gets full rights over the whole cluster."},
	{"scaled-to-nothing", sallyport.Medium, "T1489", "Nothing is left running of what is scaled to zero."},
	{"force-push", sallyport.Medium, "T1565", "What others have put into the repository is replaced or deleted."},
	{"password-argument", sallyport.Medium, "T1552", "A password stands among the arguments, where other users of the machine can see it."},
	{"password-guessing", sallyport.High, "T1110", "Trying passwords from a list is how logins are broken into, not how work is done."},
	{"placeholder", sallyport.Medium, "", "A text with blanks that were never filled in does something else than is meant."},
	{"ldd-runs", sallyport.Low, "", "ldd may run the program that it looks at."},
	{"unconfined", sallyport.Low, "", "A package is installed without confinement."},
	{"remark", sallyport.High, "", "A remark about how a command is called, from the description of that command."},
}

var ruleByName = func() map[string]*Rule {
	out := map[string]*Rule{}
	for i := range Rules {
		out[Rules[i].Name] = &Rules[i]
	}
	return out
}()
