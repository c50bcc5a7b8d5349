" The one style of `mailstop fmt`, and comments as HSL writes them.
if exists('b:did_ftplugin') | finish | endif
let b:did_ftplugin = 1
setlocal expandtab shiftwidth=4 softtabstop=4 textwidth=100
setlocal comments=s1:/*,mb:*,ex:*/,:// commentstring=//\ %s
let b:undo_ftplugin = 'setlocal expandtab< shiftwidth< softtabstop< textwidth< comments< commentstring<'
