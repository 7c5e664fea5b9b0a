package command

// hooks are the parts of specs that a table cannot say. Each file of hooks adds its own in init.
var hooks = map[string]func(*eval){}
