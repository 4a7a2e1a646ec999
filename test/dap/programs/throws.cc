/* Exceptions that pass through frames with something to clean up. */
static int alive, seen;
struct Guard {
  Guard() { alive++; }
  ~Guard() { alive--; }
};
static int risky(int number) {
  Guard guard;
  if (number == 1) throw number;
  return number;
}
static int around(int number) {
  Guard guard;
  return risky(number) + 1; /* around */
}
int main() {
  for (int number = 0; number < 3; number++) {
    try {
      seen += around(number);
      seen++;
    } catch (int caught) {
      seen += 100 * caught;
    }
  }
  return seen + alive == 0;
}
