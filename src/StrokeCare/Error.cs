namespace StrokeCare;

/// <summary>What went wrong, in the few ways a caller can react to. Each kind is one HTTP status.</summary>
public enum ErrorKind
{
    /// <summary>The input breaks a rule; <see cref="Error.Fields"/> names where. 400.</summary>
    Invalid,

    /// <summary>Nobody is signed in, or not any more. 401.</summary>
    Unauthenticated,

    /// <summary>Not yours, or (for all but admins) not there: the answers are the same. 403.</summary>
    Denied,

    /// <summary>Not there; only admins are told. 404.</summary>
    NotFound,

    /// <summary>The state of the clinic forbids it now. 409.</summary>
    Conflict,

    /// <summary>The version in If-Match is not the current one. 412.</summary>
    PreconditionFailed,

    /// <summary>The idempotency key was used for another body. 422.</summary>
    KeyReused,

    /// <summary>A change needs a version and none was given. 428.</summary>
    PreconditionRequired,

    /// <summary>Too many attempts of late. 429 with Retry-After.</summary>
    TooMany,

    /// <summary>A store or the password desk does not answer or is full; nothing was changed. 503 with Retry-After.</summary>
    Unavailable,
}

/// <summary>An expected failure: a stable code for programs, a message for people, and the fields at fault.</summary>
public sealed record Error(ErrorKind Kind, string Code, string Message)
{
    /// <summary>Messages by field name in snake_case; empty unless <see cref="Kind"/> is Invalid or names a taken value.</summary>
    public IReadOnlyDictionary<string, string[]> Fields { get; init; } = new Dictionary<string, string[]>(StringComparer.Ordinal);

    /// <summary>How many of what stand in the way, by name; empty unless numbers help to decide what to do.</summary>
    public IReadOnlyDictionary<string, long> Counts { get; init; } = new Dictionary<string, long>(StringComparer.Ordinal);

    /// <summary>Free times in place of the one asked for, the nearest first; null where nobody looked for any.</summary>
    public IReadOnlyList<Appointments.Slot>? Alternatives { get; init; }

    /// <summary>How long to wait before another try; told only with <see cref="ErrorKind.TooMany"/> and <see cref="ErrorKind.Unavailable"/>, a second when null.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public static Error Invalid(string field, string message) => new(ErrorKind.Invalid, "input.invalid", "The input is not valid.")
    {
        Fields = new Dictionary<string, string[]>(StringComparer.Ordinal) { [field] = [message] },
    };

    public static Error Invalid(IReadOnlyDictionary<string, string[]> fields) =>
        new(ErrorKind.Invalid, "input.invalid", "The input is not valid.") { Fields = fields };

    /// <summary>The one answer for a record that is not yours and for one that is not there.</summary>
    public static Error Denied { get; } = new(ErrorKind.Denied, "access.denied", "You have no access to this record.");
}

/// <summary>A value, or the error that stands in its place; never both.</summary>
public readonly record struct Result<T>
{
    private Result(T? value, Error? error) => (Value, Error) = (value, error);

    public T? Value { get; }

    public Error? Error { get; }

    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(true, nameof(Value))]
    [System.Diagnostics.CodeAnalysis.MemberNotNullWhen(false, nameof(Error))]
    public bool Succeeded => Error is null;

    public static implicit operator Result<T>(T value) => new(value, null);

    public static implicit operator Result<T>(Error error) => new(default, error);
}
