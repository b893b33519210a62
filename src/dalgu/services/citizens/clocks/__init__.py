"""The public record of terms: what each office owes citizens, by when, and what is overdue."""
