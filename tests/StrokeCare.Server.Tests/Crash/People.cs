using System.Collections.Concurrent;

namespace StrokeCare.Server.Tests.Crash;

/// <summary>Somebody who wants an account and mostly a record with it, by one key or by name and password alone.</summary>
internal sealed record WantedPerson(string Name, bool WithRecord, bool Keyed)
{
    public const string Password = "a password of one's own";

    public string Path => WithRecord ? "/api/patients/self-register" : "/api/auth/register";

    public string? Key => Keyed ? Name : null;

    public string Email => $"{Name}@clinic.example";

    public IReadOnlyDictionary<string, object?> Body
    {
        get
        {
            var body = new Dictionary<string, object?>(StringComparer.Ordinal)
            {
                ["username"] = Name,
                ["email"] = Email,
                ["password"] = Password,
                ["first_name"] = "first",
                ["last_name"] = Name,
            };
            if (!WithRecord) return body;
            body["gender"] = "female";
            body["age"] = 61;
            body["avg_glucose_level"] = 110;
            return body;
        }
    }
}

/// <summary>The ids of an account and, "" where there is none, of its record.</summary>
internal readonly record struct PersonIds(string User, string Patient);

/// <summary>Who asked for an account, and what each was answered first: every later answer must be the same.</summary>
internal sealed class People(Action<string> violation)
{
    private readonly ConcurrentDictionary<string, WantedPerson> wanted = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, PersonIds> answered = new(StringComparer.Ordinal);

    public IReadOnlyCollection<WantedPerson> All => [.. wanted.Values];

    public void Wants(WantedPerson person) => wanted[person.Name] = person;

    public void Answered(WantedPerson person, PersonIds ids)
    {
        var first = answered.GetOrAdd(person.Name, ids);
        if (first != ids) violation($"{person.Name} was answered {first} and {ids}");
    }

    public PersonIds? AnswerTo(WantedPerson person) => answered.TryGetValue(person.Name, out var ids) ? ids : null;
}
