#define CODE 7
