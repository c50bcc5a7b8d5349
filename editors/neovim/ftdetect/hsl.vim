" HSL scripts, by name and by the interpreter in the first line.
autocmd BufNewFile,BufRead *.hsl setfiletype hsl
autocmd BufNewFile,BufRead * if getline(1) =~# '^#!.*\<hsh\>' | setfiletype hsl | endif
