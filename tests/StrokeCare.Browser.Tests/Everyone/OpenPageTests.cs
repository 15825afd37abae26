using Deque.AxeCore.Playwright;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;
using StrokeCare.Accounts;
using StrokeCare.Browser.Tests.Pages;
using StrokeCare.Browser.Tests.Support;

namespace StrokeCare.Browser.Tests.Everyone;

/// <summary>What pages do by themselves while they stand open.</summary>
public sealed class OpenPageTests(DemoClinic clinic, Chromium chromium) : PortalTest(clinic, chromium)
{
    private const string Password = "nine quiet harbours wait";

    // Far from what other tests book.
    private static readonly DateTime Day = TimeProvider.System.GetUtcNow().UtcDateTime.Date.AddDays(90);

    [Fact]
    public async Task A_work_list_shows_what_others_book_and_keeps_the_focus()
    {
        using var doctor = await ApiUser.AsAsync(Clinic, Role.Doctor);
        await doctor.BookAsync(Day.AddHours(9), "Was there before");
        var page = await PageAsAsync(Role.Doctor, Look.Desktop);
        await page.GotoAsync($"/work?day={Day:yyyy-MM-dd}");
        await Assertions.Expect(page.Locator("#live-state")).ToHaveTextAsync("Updates by itself");
        var details = Visit(page, "Was there before").GetByRole(AriaRole.Link, new() { Name = "Details" });
        await details.FocusAsync();
        var id = await details.GetAttributeAsync("id");

        await doctor.BookAsync(Day.AddHours(8), "Booked meanwhile");
        await Assertions.Expect(Visit(page, "Booked meanwhile")).ToContainTextAsync("Emergency");
        Assert.Equal(id, await page.EvaluateAsync<string>("document.activeElement.id"));
        await Assertions.Expect(page.Locator("#live-said")).ToContainTextAsync("The list has changed: 2 appointments");
        Assert.Equal(0, await page.Locator("#live-area [aria-live], #live-area [role=status]").CountAsync());
    }

    [Fact]
    public async Task A_work_list_shows_that_a_patients_risk_has_changed()
    {
        using var doctor = await ApiUser.AsAsync(Clinic, Role.Doctor);
        var page = await PageAsAsync(Role.Doctor, Look.Desktop);
        await page.GotoAsync("/work");
        await Assertions.Expect(page.Locator("#live-state")).ToHaveTextAsync("Updates by itself");
        var record = await doctor.SendAsync(HttpMethod.Post, "/api/patients/register", Wilhelmina(age: 97, isIll: true));
        var changed = page.GetByRole(AriaRole.Region, new() { Name = "Risk band changed" });
        await Assertions.Expect(changed).Not.ToContainTextAsync("Wilhelmina");
        var better = Wilhelmina(age: 20, isIll: false);
        better["version"] = 1;
        await doctor.SendAsync(HttpMethod.Put, $"/api/patients/{record.GetProperty("id").GetString()}", better);
        await Assertions.Expect(changed.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Wilhelmina Onwards" })).ToContainTextAsync("high until");
    }

    [Fact]
    public async Task A_list_that_is_made_to_stand_still_does_until_it_may_go_on()
    {
        using var doctor = await ApiUser.AsAsync(Clinic, Role.Doctor);
        var day = Day.AddDays(1);
        var page = await PageAsAsync(Role.Doctor, Look.Desktop);
        await page.GotoAsync($"/work?day={day:yyyy-MM-dd}");
        await Assertions.Expect(page.Locator("#live-state")).ToHaveTextAsync("Updates by itself");
        await page.GetByRole(AriaRole.Button, new() { Name = "Pause updates" }).ClickAsync();
        await doctor.BookAsync(day.AddHours(9), "Behind the curtain");
        await page.WaitForTimeoutAsync(2500);
        await Assertions.Expect(page.Locator("#live-area")).Not.ToContainTextAsync("Behind the curtain");
        await page.GetByRole(AriaRole.Button, new() { Name = "Go on with updates" }).ClickAsync();
        await Assertions.Expect(page.Locator("#live-area")).ToContainTextAsync("Behind the curtain");
    }

    [Fact]
    public async Task The_security_log_grows_by_itself()
    {
        var page = await PageAsAsync(Role.Admin, Look.Desktop);
        await page.GotoAsync("/admin/log");
        await Assertions.Expect(page.Locator("#live-state")).ToHaveTextAsync("Updates by itself");
        using var doctor = await ApiUser.AsAsync(Clinic, Role.Doctor);
        var id = (await doctor.GetAsync("/api/patients?limit=1")).GetProperty("items")[0].GetProperty("id").GetString();
        await doctor.GetAsync($"/api/patients/{id}");
        await Assertions.Expect(page.Locator("#live-area tbody")).ToContainTextAsync($"Patient {id} viewed");
    }

    [Theory]
    [Trait("Runs", "alone")]
    [InlineData("/work")]
    [InlineData("/patients")]
    public async Task Every_open_page_of_a_deactivated_doctor_is_left_within_a_second(string address)
    {
        var name = $"leaver.{address.Trim('/')}";
        using var admin = await ApiUser.AsAsync(Clinic, Role.Admin);
        var made = await admin.SendAsync(HttpMethod.Post, "/api/admin/users", new { username = name, email = $"{name}@example.org", password = Password, role = "doctor", first_name = "Lea", last_name = "Leaver" });
        var page = await PageAsync(Look.Desktop);
        await SignInAnewAsync(page, name);
        await page.GotoAsync(address);
        await page.WaitForTimeoutAsync(500);
        await admin.SendAsync(HttpMethod.Put, $"/api/admin/users/{made.GetProperty("id").GetInt32()}", new { is_active = false, version = 2 });
        // The second that is promised, and what loading the sign-in page takes.
        await page.WaitForURLAsync("**/sign-in?to=*", new() { Timeout = 3000 });
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Your session has ended");
    }

    [Fact]
    public async Task Before_a_session_ends_its_page_warns_and_staying_is_one_press()
    {
        var page = await SignedInAsync(Role.Doctor, Look.Desktop);
        await page.GotoAsync("/work");
        await IdleSinceAsync(page, TimeSpan.FromMinutes(13.5));
        var dialog = page.GetByRole(AriaRole.Alertdialog, new() { Name = "Are you still there?" });
        await Assertions.Expect(dialog).ToContainTextAsync("You will be signed out in");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Stay signed in" })).ToBeFocusedAsync();
        await Assertions.Expect(page.Locator("#idle-fault, #idle-final").Filter(new() { Visible = true })).ToHaveCountAsync(0);
        foreach (var look in Look.All)
        {
            await page.SetViewportSizeAsync(look.Size.Width, look.Size.Height);
            await page.EmulateMediaAsync(new() { ColorScheme = look.Colours });
            Assert.Empty((await page.RunAxe()).Violations.Select(one => $"{one.Id}: {one.Nodes[0].Html}"));
        }

        await page.GetByRole(AriaRole.Button, new() { Name = "Stay signed in" }).ClickAsync();
        await Assertions.Expect(dialog).ToBeHiddenAsync();
        await page.GotoAsync("/patients");
        Assert.EndsWith("/patients", page.Url);
    }

    [Fact]
    public async Task Signing_out_from_the_warning_takes_one_press()
    {
        var page = await SignedInAsync(Role.Doctor, Look.Phone);
        await page.GotoAsync("/work");
        await IdleSinceAsync(page, TimeSpan.FromMinutes(13.5));
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out now" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in?done=signed-out");
    }

    [Fact]
    public async Task When_time_is_up_the_page_is_left_and_what_was_typed_is_kept_for_its_writer()
    {
        var page = await SignedInAsync(Role.Admin, Look.Desktop);
        await page.GotoAsync("/admin/users/new");
        await page.GetByLabel("User name").FillAsync("half.made");
        await IdleSinceAsync(page, TimeSpan.FromMinutes(15) - TimeSpan.FromSeconds(4));
        await Assertions.Expect(page.Locator("#idle-left")).ToHaveTextAsync("a few seconds");
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Your session has ended", new() { Timeout = 15_000 });
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("We kept what you typed");
        Assert.DoesNotContain("half.made", page.Url);
        await new SignInPageObject(page).FillAsync(SignInPageObject.NameOf(Role.Admin), Demo.DemoPeople.Password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Show me what I typed" }).ClickAsync();
        Assert.EndsWith("/admin/users/new", page.Url);
        await Assertions.Expect(page.GetByLabel("User name")).ToHaveValueAsync("half.made");
        Assert.Equal(0, await page.EvaluateAsync<int>("localStorage.length + sessionStorage.length"));
    }

    [Fact]
    [Trait("Runs", "alone")]
    public async Task Signing_out_in_one_window_closes_the_others()
    {
        var page = await SignedInAsync(Role.Doctor, Look.Desktop);
        await page.GotoAsync("/patients");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync("/sign-out");
        await other.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign out now" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in?to=*", new() { Timeout = 3000 });
    }

    [Fact]
    public async Task A_page_out_of_sight_is_left_too_when_its_reader_signs_out_elsewhere()
    {
        var page = await SignedInAsync(Role.Doctor, Look.Desktop);
        await page.GotoAsync("/patients");
        await page.EvaluateAsync("Object.defineProperty(document, 'hidden', { get: () => true }); document.dispatchEvent(new Event('visibilitychange'))");
        var other = await page.Context.NewPageAsync();
        await other.GotoAsync("/sign-out");
        await other.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Sign out now" }).ClickAsync();
        await page.WaitForURLAsync("**/sign-in?to=*", new() { Timeout = 10_000 });
    }

    [Fact]
    public async Task A_session_that_cannot_go_on_says_so_and_offers_no_staying()
    {
        var page = await SignedInAsync(Role.Doctor, Look.Desktop);
        await page.GotoAsync("/patients");
        await EndsInAsync(page, TimeSpan.FromSeconds(15));
        await Assertions.Expect(page.GetByRole(AriaRole.Alertdialog)).ToContainTextAsync("Nobody can stay signed in for longer.");
        await Assertions.Expect(page.Locator("#idle-stay")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.GetByRole(AriaRole.Alertdialog)).ToBeVisibleAsync();
        await page.WaitForURLAsync("**/sign-in?to=*", new() { Timeout = 30_000 });
    }

    private static Dictionary<string, object> Wilhelmina(int age, bool isIll) => new(StringComparer.Ordinal)
    {
        ["first_name"] = "Wilhelmina",
        ["last_name"] = "Onwards",
        ["gender"] = "Female",
        ["age"] = age,
        ["hypertension"] = isIll ? 1 : 0,
        ["heart_disease"] = isIll ? 1 : 0,
        ["avg_glucose_level"] = isIll ? 290 : 80,
        ["bmi"] = 24,
        ["smoking_status"] = "never smoked",
        ["ever_married"] = "Yes",
        ["work_type"] = "Private",
        ["residence_type"] = "Urban",
    };

    private static ILocator Visit(IPage page, string reason) => page.Locator(".visit").Filter(new() { HasText = reason });

    // In a session of its own, which the test may end.
    private async Task<IPage> SignedInAsync(Role role, Look look)
    {
        var page = await PageAsync(look);
        await new SignInPageObject(page).AsAsync(role);
        return page;
    }

    private static async Task SignInAnewAsync(IPage page, string name)
    {
        const string Own = "eleven green umbrellas";
        await new SignInPageObject(page).OpenAsync();
        await new SignInPageObject(page).FillAsync(name, Password);
        await page.GetByLabel("Current password").FillAsync(Password);
        await page.GetByLabel("New password").FillAsync(Own);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set my new password" }).ClickAsync();
        await page.WaitForURLAsync("**/work");
    }

    /// <summary>As if nobody had used this browser for so long: its session is the one that was used last.</summary>
    private Task IdleSinceAsync(IPage page, TimeSpan idle) => SetAsync(page, TimeProvider.System.GetUtcNow() - idle, null);

    /// <summary>As if it had been signed in for as long as anybody may.</summary>
    private Task EndsInAsync(IPage page, TimeSpan rest) => SetAsync(page, null, TimeProvider.System.GetUtcNow() + rest);

    private async Task SetAsync(IPage page, DateTimeOffset? used, DateTimeOffset? ends)
    {
        await page.WaitForTimeoutAsync(300);
        await using var store = new SqliteConnection($"Data Source={Clinic.Database};Pooling=false");
        await store.OpenAsync();
        await using var command = store.CreateCommand();
        command.CommandText = "UPDATE sessions SET last_used_at = COALESCE($used, last_used_at), expires_at = COALESCE($ends, expires_at) WHERE id = (SELECT id FROM sessions WHERE revoked_at IS NULL ORDER BY created_at DESC, id DESC LIMIT 1)";
        command.Parameters.AddWithValue("$used", used is { } usedAt ? usedAt.ToUnixTimeMilliseconds() : DBNull.Value);
        command.Parameters.AddWithValue("$ends", ends is { } endsAt ? endsAt.ToUnixTimeMilliseconds() : DBNull.Value);
        Assert.Equal(1, await command.ExecuteNonQueryAsync());
    }
}
