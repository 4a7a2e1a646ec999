# hartbeat: dialect=rars
# prints: "included 7"
.include "rars-library.inc"
.data
text: .asciz "included "
.text
    print_text(text)
    print_number(7)
